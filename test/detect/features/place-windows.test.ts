import { describe, expect, it } from 'vitest';
import { boxesOf } from '../../../src/detect/boxes.js';
import { cellsOf, mapOf, projectionOf } from '../../../src/detect/features/place-windows.js';
import { chooseScales, releasedReference } from '../../../src/detect/features/scale-rule.js';
import { paperScales } from '../../../src/detect/features/spp-windows.js';
import { buildArchitecture } from '../../../src/models/registry.js';

const released = buildArchitecture('zf5', { padding: 'B' });
const half = buildArchitecture('zf5', { padding: 'half' });
/** The released scripts' scales. */
const SCALES = [480, 576, 688, 874, 1200];

/** 1-based, both ends inside, as the worked vectors are written. */
const oneBased = ([x1, y1, x2, y2]: readonly number[]) => boxesOf([{ x0: x1! - 1, y0: y1! - 1, x1: x2!, y1: y2! }]);

describe('windows on maps', () => {
  it.each([
    {
      image: [500, 375],
      box: [1, 1, 500, 375],
      scale: 480,
      map: [39, 29],
      code: [1, 1, 39, 29],
      inside: [1, 1, 39, 29],
    },
    {
      image: [500, 375],
      box: [101, 51, 300, 250],
      scale: 480,
      map: [39, 29],
      code: [8, 4, 23, 19],
      inside: [9, 5, 23, 19],
    },
    {
      image: [500, 375],
      box: [240, 120, 279, 159],
      scale: 1200,
      map: [99, 74],
      code: [48, 24, 55, 31],
      inside: [48, 24, 55, 31],
    },
    {
      image: [353, 500],
      box: [48, 240, 195, 371],
      scale: 480,
      map: [29, 41],
      code: [4, 20, 16, 31],
      inside: [4, 21, 16, 31],
    },
  ])('$box of $image: scale and cells as in the worked vectors', ({ image, box, scale, map, code, inside }) => {
    const picture = { width: image[0]!, height: image[1]! };
    const boxes = oneBased(box);
    const [at] = chooseScales(boxes, picture, SCALES, 'released', released);
    expect(SCALES[at!]).toBe(scale);
    expect(mapOf(released, picture, scale)).toEqual({ width: map[0], height: map[1] });
    const cells = (name: 'inside' | 'released') => {
      const net = name === 'inside' ? half : released;
      const size = { width: map[0]!, height: map[1]! };
      return [...cellsOf(boxes, [0], picture, scale, projectionOf(name, net), size)];
    };
    // 1-based inclusive of the code; 0-based inclusive of the journal version, clamped to the same map.
    expect(cells('released')).toEqual([0, code[1]! - 1, code[0]! - 1, code[3], code[2]]);
    expect(cells('inside')).toEqual([
      0,
      inside[1],
      inside[0],
      Math.min(inside[3]! + 1, map[1]!),
      Math.min(inside[2]! + 1, map[0]!),
    ]);
  });

  it('a window without a cell gets the one between its edges, and never leaves the map', () => {
    const picture = { width: 480, height: 480 };
    const map = mapOf(released, picture, 480);
    // Scaled x1 = 103, x2 = 110 (1-based): raw left 7 > right 6, both 6.
    const cells = cellsOf(oneBased([103, 103, 110, 110]), [0], picture, 480, projectionOf('released', released), map);
    expect([...cells]).toEqual([0, 5, 5, 6, 6]);
    const corner = boxesOf([{ x0: 479, y0: 479, x1: 480, y1: 480 }]);
    for (const name of ['inside', 'released'] as const) {
      const [, y0, x0, y1, x1] = cellsOf(corner, [0], picture, 480, projectionOf(name, released), map);
      expect([y1! - y0!, x1! - x0!]).toEqual([1, 1]);
      expect(Math.max(y1!, x1!)).toBeLessThanOrEqual(map.width);
    }
  });

  it('of a picture that is squeezed lie on the squeezed map', () => {
    const picture = { width: 2000, height: 100 };
    const map = mapOf(released, picture, 480);
    const cells = cellsOf(
      boxesOf([{ x0: 0, y0: 0, x1: 2000, y1: 100 }]),
      [0],
      picture,
      480,
      projectionOf('released', released),
      map,
    );
    expect([...cells]).toEqual([0, 0, 0, map.height, map.width]);
    const right = boxesOf([{ x0: 1000, y0: 0, x1: 2000, y1: 100 }]);
    const [, , x0] = cellsOf(right, [0], picture, 480, projectionOf('inside', released), map);
    expect(Math.abs(x0! - map.width / 2)).toBeLessThanOrEqual(1);
  });
});

describe('scales', () => {
  const picture = { width: 353, height: 500 };
  const box = oneBased([48, 240, 195, 371]);

  it('the reference side is that of the released code for its nets', () => {
    expect(releasedReference(released)).toBe(208);
    expect(releasedReference(buildArchitecture('overfeat5'))).toBe(216);
  });

  it('paper and code differ where the sheet says so', () => {
    const scaleBy = (rule: 'paper' | 'released') => SCALES[chooseScales(box, picture, SCALES, rule, released)[0]!];
    expect(scaleBy('released')).toBe(480);
    expect(scaleBy('paper')).toBe(576);
  });

  it('of equally good ones the first is taken, and an empty window gets one', () => {
    const empty = boxesOf([{ x0: 3, y0: 3, x1: 3, y1: 3 }]);
    expect([...chooseScales(empty, picture, SCALES, 'paper', released)]).toEqual([0]);
    expect([...chooseScales(empty, picture, SCALES, 'released', released)]).toEqual([0]);
    expect([...chooseScales(box, picture, [500, 500], 'released', released)]).toEqual([0]);
  });

  it('are the paper scales in proportion to the input', () => {
    expect(paperScales(224, 'five')).toEqual([480, 576, 688, 864, 1200]);
    expect(paperScales(28, 'one')).toEqual([86]);
  });
});
