/** EdgeBoxes on maps that are drawn, and its parts against plain definitions. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxAt, boxCount, boxesOf, iou } from '../../../src/detect/boxes.js';
import type { EdgeMap } from '../../../src/detect/edges/edge-map.js';
import { gradientEdges } from '../../../src/detect/edges/gradient-edges.js';
import { edgeOrientation } from '../../../src/detect/edges/orientation.js';
import { nms } from '../../../src/detect/nms.js';
import { adaptiveNms } from '../../../src/detect/proposals/edge-boxes/adaptive-nms.js';
import { BoxScorer } from '../../../src/detect/proposals/edge-boxes/box-scorer.js';
import { edgeBoxes } from '../../../src/detect/proposals/edge-boxes/edge-boxes.js';
import { groupEdges, NO_GROUP } from '../../../src/detect/proposals/edge-boxes/edge-groups.js';
import { type GroupLinks, linkGroups } from '../../../src/detect/proposals/edge-boxes/group-links.js';
import { EDGE_BOXES_DEFAULTS } from '../../../src/detect/proposals/edge-boxes/options.js';
import { Rng } from '../../../src/tensor/rng.js';
import { pictureOf } from '../edges/drawn.js';

/** The outline of a box, soft as a detector's, in an empty map. */
function outlined(width: number, height: number, boxes: readonly (readonly number[])[]): EdgeMap {
  const strength = new Float32Array(width * height);
  for (let i = 0; i < strength.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (const [x0, y0, x1, y1] of boxes as readonly [number, number, number, number][]) {
      const outside = Math.max(x0 - x, x - x1, y0 - y, y - y1);
      strength[i] = Math.max(strength[i]!, 0.8 * Math.exp(-(outside * outside) / 2));
    }
  }
  return { width, height, strength };
}

/** Noise with a few strong pixels, for what must hold on any map. */
function noise(width: number, height: number, seed: number): EdgeMap {
  const rng = new Rng(seed);
  return { width, height, strength: Float32Array.from({ length: width * height }, () => rng.uniform() ** 4) };
}

describe('edgeBoxes', () => {
  test.each([[[60, 40, 140, 120]], [[20, 30, 180, 90]], [[90, 20, 130, 130]]])(
    'the outlined box %j comes first',
    (drawn) => {
      const { boxes, scores } = edgeBoxes(outlined(200, 150, [drawn]));
      const [x0, y0, x1, y1] = drawn as [number, number, number, number];
      expect(iou(boxes, 0, boxesOf([{ x0, y0, x1: x1 + 1, y1: y1 + 1 }]), 0)).toBeGreaterThan(0.7);
      expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
    },
  );

  test('each of two boxes is found, whatever the other', () => {
    const drawn = [
      [20, 20, 80, 80],
      [110, 60, 180, 130],
    ];
    const { boxes } = edgeBoxes(outlined(200, 150, drawn), { maxBoxes: 20 });
    for (const [x0, y0, x1, y1] of drawn as [number, number, number, number][]) {
      const target = boxesOf([{ x0, y0, x1: x1 + 1, y1: y1 + 1 }]);
      const best = Math.max(...Array.from({ length: boxCount(boxes) }, (_, i) => iou(boxes, i, target, 0)));
      expect(best).toBeGreaterThan(0.7);
    }
  });

  test('a picture with a thing on even ground: the thing first, from gradients', () => {
    const picture = pictureOf(160, 120, (x, y) =>
      x >= 50 && x < 110 && y >= 30 && y < 90 ? [210, 60, 40] : [70, 80, 110],
    );
    const { boxes } = edgeBoxes(gradientEdges(picture));
    expect(iou(boxes, 0, boxesOf([{ x0: 50, y0: 30, x1: 110, y1: 90 }]), 0)).toBeGreaterThan(0.7);
  });

  test.each([
    ['one pixel', 1, 1, 0.9],
    ['a row', 40, 1, 0.9],
    ['flat and empty', 60, 50, 0],
    ['flat and full', 60, 50, 1],
    ['NaN', 60, 50, Number.NaN],
  ])('%s: no failure, no box outside, no score that is no number', (_, width, height, value) => {
    const { boxes, scores } = edgeBoxes({ width, height, strength: new Float32Array(width * height).fill(value) });
    expect(scores).toHaveLength(boxCount(boxes));
    expect(scores.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < boxCount(boxes); i++) {
      const { x0, y0, x1, y1 } = boxAt(boxes, i);
      expect(x0 >= 0 && y0 >= 0 && x1 <= width && y1 <= height && x1 > x0 && y1 > y0).toBe(true);
    }
  });

  test('on any map: boxes inside it, scores falling from minScore on, no two too close, the same again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(1000), (w, h, seed) => {
        const map = noise(w, h, seed);
        const options = { minBoxArea: 100, minScore: 0.02, beta: 0.7, maxBoxes: 200 };
        const { boxes, scores } = edgeBoxes(map, options);
        expect(boxCount(boxes)).toBeLessThanOrEqual(200);
        for (let i = 0; i < boxCount(boxes); i++) {
          const { x0, y0, x1, y1 } = boxAt(boxes, i);
          expect(x0 >= 0 && y0 >= 0 && x1 <= w && y1 <= h && x1 > x0 && y1 > y0).toBe(true);
          expect(scores[i]).toBeGreaterThanOrEqual(Math.fround(0.02));
          if (i > 0) expect(scores[i]).toBeLessThanOrEqual(scores[i - 1]!);
          for (let j = 0; j < i; j++) expect(iou(boxes, i, boxes, j)).toBeLessThanOrEqual(0.7);
        }
        const again = edgeBoxes(map, options);
        expect(again.boxes).toEqual(boxes);
        expect(again.scores).toEqual(scores);
      }),
      { numRuns: 15 },
    );
  });

  test('constants that cannot be are refused by name', () => {
    const map = noise(20, 20, 1);
    expect(() => edgeBoxes(map, { alpha: 1 })).toThrow(/edgeBoxes: alpha 1 is not usable/);
    expect(() => edgeBoxes(map, { maxBoxes: 0 })).toThrow(/maxBoxes/);
    expect(() => edgeBoxes(map, { kapa: 1 } as object)).toThrow(/kapa/);
  });
});

describe('groupEdges', () => {
  const settings = EDGE_BOXES_DEFAULTS;

  test('every strong pixel inside is in one group or touches none, and groups are numbered without gaps', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const map = noise(30, 20, seed);
        const { labels, count } = groupEdges(map, edgeOrientation(map), settings);
        expect(new Set(labels.filter((label) => label !== NO_GROUP))).toEqual(new Set(Array(count).keys()));
        for (const [i, label] of labels.entries()) {
          const [x, y] = [i % 30, Math.floor(i / 30)];
          const inside = x > 0 && y > 0 && x < 29 && y < 19;
          if (!inside || map.strength[i]! <= settings.edgeMinMag) expect(label).toBe(NO_GROUP);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a straight line is one group; where it turns by more than a quarter, a second one begins', () => {
    const strength = new Float32Array(900);
    const orientation = new Float32Array(900);
    for (let i = 5; i < 25; i++) {
      strength[15 * 30 + i] = 0.8;
      orientation[15 * 30 + i] = i < 15 ? 0.1 : 0.1 + Math.PI / 2;
    }
    const map = { width: 30, height: 30, strength };
    expect(groupEdges(map, new Float32Array(900), settings).count).toBe(1);
    const { labels, count } = groupEdges(map, orientation, { ...settings, edgeMergeThr: 0.4 });
    expect(count).toBe(2);
    expect(labels[15 * 30 + 5]).toBe(labels[15 * 30 + 14]);
    expect(labels[15 * 30 + 17]).toBe(labels[15 * 30 + 24]);
  });
});

describe('BoxScorer', () => {
  /** Section 3.2 as it stands: the best product of affinities from the outline to each group inside. */
  function plainScore(map: EdgeMap, labels: Int32Array, count: number, links: GroupLinks, box: readonly number[]) {
    const [x0, y0, x1, y1] = box as [number, number, number, number];
    const inside = (g: number) => links.x[g]! >= x0 && links.x[g]! < x1 && links.y[g]! >= y0 && links.y[g]! < y1;
    const tie = new Float64Array(count);
    for (const [i, g] of labels.entries()) {
      const [x, y] = [i % map.width, Math.floor(i / map.width)];
      const within = x >= x0 && x < x1 && y >= y0 && y < y1;
      const outline = within && (x === x0 || x === x1 - 1 || y === y0 || y === y1 - 1);
      if (g !== NO_GROUP && outline) tie[g] = 1;
    }
    for (let round = 0; round < count; round++) {
      for (let g = 0; g < count; g++) {
        for (let k = links.first[g]!; k < links.first[g + 1]!; k++) {
          const [other, tied] = [links.neighbour[k]!, tie[g]! * links.affinity[k]!];
          if (tied >= 0.05 && inside(other) && tied > tie[other]!) tie[other] = tied;
        }
      }
    }
    let sum = 0;
    for (let g = 0; g < count; g++) if (inside(g)) sum += (1 - tie[g]!) * links.strength[g]!;
    const [w, h] = [x1 - x0, y1 - y0];
    for (let y = y0 + (h >> 2); y < y1 - (h >> 2); y++) {
      for (let x = x0 + (w >> 2); x < x1 - (w >> 2); x++) {
        if (labels[y * map.width + x] !== NO_GROUP) sum -= map.strength[y * map.width + x]!;
      }
    }
    return sum / Math.max(1, (w >> 1) + (h >> 1)) ** 1.5;
  }

  test('agrees with the definition, and gives up only below what is asked for', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(20), fc.nat(14), fc.nat(20), fc.nat(14), (seed, a, b, c, d) => {
        const map = noise(24, 18, seed);
        const orientation = edgeOrientation(map);
        const groups = groupEdges(map, orientation, EDGE_BOXES_DEFAULTS);
        const links = linkGroups(map, orientation, groups, 2);
        const scorer = new BoxScorer(map, groups, links, 1.5);
        const box = [Math.min(a, c), Math.min(b, d), Math.max(a, c) + 3, Math.max(b, d) + 3] as const;
        const wanted = plainScore(map, groups.labels, groups.count, links, box);
        for (const least of [-100, 0, 0.01, 0.05]) {
          const found = scorer.score(...box, least);
          if (wanted >= least + 1e-9) expect(found).toBeCloseTo(wanted, 9);
          else if (wanted < least - 1e-9) expect(found).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('adaptiveNms', () => {
  const box = fc
    .tuple(fc.nat(40), fc.nat(40), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
    .map(([x0, y0, width, height]) => ({ x0, y0, x1: x0 + width, y1: y0 + height }));

  test('without a falling threshold it is plain suppression', () => {
    fc.assert(
      fc.property(
        fc.array(box, { maxLength: 60 }),
        fc.constantFrom(0, 0.3, 0.75, 1),
        fc.nat(30),
        (list, beta, most) => {
          const boxes = boxesOf(list);
          const scores = list.map((_, i) => (i * 7) % 11);
          expect(adaptiveNms(boxes, scores, { beta, eta: 1, maxBoxes: most + 1 })).toEqual(
            nms(boxes, scores, beta, most + 1),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a falling threshold takes the later ones more strictly, but never below one half', () => {
    const shifted = boxesOf(Array.from({ length: 6 }, (_, i) => ({ x0: 12 * i, y0: 0, x1: 12 * i + 60, y1: 60 })));
    const scores = [6, 5, 4, 3, 2, 1];
    // Neighbours overlap by 2/3, the next but one by 3/7.
    expect(adaptiveNms(shifted, scores, { beta: 0.7, eta: 1, maxBoxes: 9 })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(adaptiveNms(shifted, scores, { beta: 0.7, eta: 0.9, maxBoxes: 9 })).toEqual([0, 2, 4]);
    expect(adaptiveNms(shifted, scores, { beta: 0.7, eta: 0.1, maxBoxes: 9 })).toEqual([0, 2, 4]);
  });
});
