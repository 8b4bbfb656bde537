/** Average precision of detections, against the rules of VOC written out once more, in whole numbers and without haste. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageObject, PixelBox } from '../../src/data/objects.js';
import type { Detection } from '../../src/detect/detection.js';
import { evaluateDetections, type JudgedPicture } from '../../src/detect/evaluation/evaluate-detections.js';
import { failuresOf } from '../../src/detect/evaluation/failures.js';
import { matchDetections } from '../../src/detect/evaluation/match.js';

const box = (x0: number, y0: number, x1: number, y1: number): PixelBox => ({ x0, y0, x1, y1 });
const object = (label: number, own: PixelBox, difficult = false): ImageObject => {
  return { label, box: own, difficult, truncated: false };
};
const found = (label: number, score: number, own: PixelBox): Detection => ({ label, score, box: own });

const A = box(0, 0, 10, 10);
const FAR = box(50, 50, 60, 60);

/** Pixels counted one by one; small whole boxes only. */
function countedIou(a: PixelBox, b: PixelBox): number {
  const inside = ({ x0, y0, x1, y1 }: PixelBox, x: number, y: number) => x >= x0 && x < x1 && y >= y0 && y < y1;
  let [both, any] = [0, 0];
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      const [one, other] = [inside(a, x, y), inside(b, x, y)];
      both += Number(one && other);
      any += Number(one || other);
    }
  }
  return any === 0 ? 0 : both / any;
}

/**
 * VOC's evaluation for one class, by the definition: every score is a threshold; for each the detections above it are matched
 * from nothing, and precision at a recall is the best of any threshold with that recall or more.
 */
function literalAp(pictures: readonly JudgedPicture[], label: number, method: '11point' | 'allPoint'): number {
  const own = pictures.map(({ objects, detections }) => ({
    truth: objects.filter((one) => one.label === label),
    found: detections.filter((one) => one.label === label),
  }));
  const positives = own.flatMap(({ truth }) => truth).filter(({ difficult }) => !difficult).length;
  const points = own
    .flatMap((picture) => picture.found.map(({ score }) => score))
    .map((threshold) => {
      let [right, wrong] = [0, 0];
      for (const picture of own) {
        const taken = new Set<ImageObject>();
        for (const one of picture.found.filter(({ score }) => score >= threshold)) {
          const overlaps = picture.truth.map((truth) => countedIou(one.box, truth.box));
          const best = overlaps.indexOf(Math.max(...overlaps));
          if (best < 0 || overlaps[best]! < 0.5) wrong += 1;
          else if (picture.truth[best]!.difficult) continue;
          else if (taken.has(picture.truth[best]!)) wrong += 1;
          else {
            taken.add(picture.truth[best]!);
            right += 1;
          }
        }
      }
      return { right, precision: right / Math.max(1, right + wrong) };
    });
  if (positives === 0) return Number.NaN;
  const best = (enough: (right: number) => boolean): number =>
    Math.max(0, ...points.filter(({ right }) => right > 0 && enough(right)).map(({ precision }) => precision));
  const levels =
    method === '11point'
      ? Array.from({ length: 11 }, (_, tenth) => best((right) => right * 10 >= tenth * positives))
      : Array.from({ length: positives }, (_, i) => best((right) => right > i));
  return levels.reduce((sum, value) => sum + value, 0) / levels.length;
}

const side = fc.tuple(fc.nat(10), fc.integer({ min: 1, max: 5 }));
const anyBox = fc.tuple(side, side).map(([[x, w], [y, h]]) => box(x, y, x + w, y + h));
const anyObject = fc.tuple(fc.nat(1), anyBox, fc.boolean()).map(([label, own, hard]) => object(label, own, hard));
const anyDetection = fc
  .tuple(fc.nat(1), fc.constantFrom(1, 2, 2, 3, 4), anyBox, fc.nat(3))
  .map(([label, score, own, of]) => ({ label, score, own, of }));
/** Some detections lie on objects, or beside them by a pixel. */
const anyPicture = fc
  .tuple(fc.array(anyObject, { maxLength: 4 }), fc.array(anyDetection, { maxLength: 6 }))
  .map(([objects, drawn]): JudgedPicture => {
    const detections = drawn.map(({ label, score, own, of }) => {
      const on = objects[of];
      return on ? found(on.label, score, { ...on.box, x1: on.box.x1 + (own.x0 % 2) }) : found(label, score, own);
    });
    return { objects, detections };
  });
const anySet = fc.array(anyPicture, { maxLength: 5 });
const shuffled = <T>(list: readonly T[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

const same = (value: number, expected: number): void =>
  Number.isNaN(expected) ? expect(value).toBeNaN() : expect(value).toBeCloseTo(expected, 12);

describe('average precision of detections', () => {
  it('is that of the definition, with ties, duplicates, difficult objects and classes without any', () => {
    fc.assert(
      fc.property(anySet, (pictures) => {
        const { perClass, map11 } = evaluateDetections(pictures, 2);
        const known: number[] = [];
        for (const [label, { ap11, apAll }] of perClass.entries()) {
          const expected = literalAp(pictures, label, '11point');
          same(ap11, expected);
          same(apAll, literalAp(pictures, label, 'allPoint'));
          if (!Number.isNaN(expected)) known.push(expected);
        }
        same(map11, known.reduce((sum, value) => sum + value, 0) / known.length);
      }),
      { numRuns: 400 },
    );
  });

  it('does not depend on the order of the pictures, nor of the detections in them', () => {
    const pair = anySet.chain((set) =>
      fc.tuple(
        fc.constant(set),
        shuffled(set).chain((pictures) =>
          fc.tuple(
            ...pictures.map(({ objects, detections }) =>
              shuffled(detections).map((other): JudgedPicture => ({ objects, detections: other })),
            ),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(pair, ([set, other]) => {
        const numbers = (pictures: readonly JudgedPicture[]) => {
          const { map11, mapAll, perClass } = evaluateDetections(pictures, 2);
          return { map11, mapAll, perClass };
        };
        expect(numbers(other)).toEqual(numbers(set));
      }),
      { numRuns: 400 },
    );
  });

  it('is 1 for each object found once, whatever the scores, and whatever lies on difficult ones', () => {
    const apart = fc.array(fc.tuple(fc.double(), fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(apart, (scores) => {
        fc.pre(scores.some(([, difficult]) => !difficult));
        const objects = scores.map(([, difficult], i) => object(0, box(20 * i, 0, 20 * i + 10, 10), difficult));
        const detections = scores.map(([score], i) => found(0, score, objects[i]!.box));
        const { perClass } = evaluateDetections([{ objects, detections }], 1);
        expect(perClass[0]).toMatchObject({ ap11: 1, apAll: 1 });
      }),
    );
  });

  it('never rises by a false detection', () => {
    fc.assert(
      fc.property(anySet, fc.constantFrom(1, 2, 2.5, 4), fc.nat(1), (set, score, label) => {
        const { perClass } = evaluateDetections(set, 2);
        const more = [...set, { objects: [], detections: [found(label, score, FAR)] }];
        const { ap11, apAll, positives } = evaluateDetections(more, 2).perClass[label]!;
        fc.pre(positives > 0);
        expect(ap11).toBeLessThanOrEqual(perClass[label]!.ap11 + 1e-12);
        expect(apAll).toBeLessThanOrEqual(perClass[label]!.apAll + 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it('comes out by hand: two of three found, one of them behind a false one', () => {
    const pictures: JudgedPicture[] = [
      { objects: [object(0, A)], detections: [found(0, 0.9, A), found(0, 0.8, FAR)] },
      { objects: [object(0, A), object(0, FAR)], detections: [found(0, 0.7, A)] },
    ];
    const { perClass, map11, mapAll } = evaluateDetections(pictures, 2);
    // Precision 1 up to a recall of 1/3 (levels 0 to 0.3), then 2/3 up to 2/3 (0.4 to 0.6), then 0.
    expect(perClass[0]!.ap11).toBeCloseTo((4 + 3 * (2 / 3)) / 11, 12);
    expect(perClass[0]!.apAll).toBeCloseTo((1 + 2 / 3) / 3, 12);
    expect(perClass[0]).toMatchObject({ positives: 3, detections: 3, found: 2 });
    expect(perClass[0]!.curve.map(({ seen, hits }) => [seen, hits])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(perClass[1]).toMatchObject({ ap11: Number.NaN, positives: 0 });
    expect([map11, mapAll]).toEqual([perClass[0]!.ap11, perClass[0]!.apAll]);
    expect(evaluateDetections([], 1).map11).toBeNaN();
  });

  it('takes an IoU of exactly one half, and ranks NaN last', () => {
    const half = box(0, 0, 10, 5);
    expect(matchDetections([found(0, 1, half)], [object(0, A)])).toEqual([{ outcome: 'right', object: 0, iou: 0.5 }]);
    expect(matchDetections([found(0, 1, box(0, 0, 10, 4))], [object(0, A)])[0]!.outcome).toBe('wrong');
    const twice = [found(0, Number.NaN, A), found(0, Number.NEGATIVE_INFINITY, A)];
    expect(matchDetections(twice, [object(0, A)]).map(({ outcome }) => outcome)).toEqual(['duplicate', 'right']);
  });

  it('gives a detection to the object it overlaps most, also where that one is taken', () => {
    const near = box(1, 0, 11, 10);
    const objects = [object(0, A), object(0, near), object(1, A)];
    const outcomes = matchDetections([found(0, 2, A), found(0, 1, A)], objects);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['right', 'duplicate']);
  });
});

describe('failures', () => {
  it('are missed, of another class, badly placed or of the background, the worst first', () => {
    const objects = [object(0, A), object(1, FAR), object(0, box(30, 0, 60, 30), true)];
    const detections = [
      found(0, 0.9, box(5, 0, 15, 10)), // a third of A
      found(0, 0.8, FAR),
      found(0, 0.7, box(80, 80, 90, 90)),
      found(0, 0.6, box(30, 0, 60, 30)), // on a difficult one
      found(0, 0.95, box(81, 80, 90, 90)),
    ];
    const pictures = [{ objects, detections }];
    const failures = failuresOf(pictures, evaluateDetections(pictures, 2), ['a']);
    expect(
      failures.map(({ kind, detection, object: on }) => [kind, detection?.score, on && objects.indexOf(on)]),
    ).toEqual([
      ['missed', undefined, 0],
      ['missed', undefined, 1],
      ['class', 0.8, 1],
      ['place', 0.9, 0],
      ['background', 0.95, undefined],
      ['background', 0.7, undefined],
    ]);
  });

  it('names a second detection of an object badly placed', () => {
    const pictures = [{ objects: [object(0, A)], detections: [found(0, 1, A), found(0, 0.5, A)] }];
    const [only, ...others] = failuresOf(pictures, evaluateDetections(pictures, 1), ['a']);
    expect([only!.kind, only!.iou, others.length]).toEqual(['place', 1, 0]);
  });

  it('has the same order for pictures in another order', () => {
    const picture = (): JudgedPicture => ({ objects: [object(0, A)], detections: [found(0, 1, FAR)] });
    const order = (names: string[]) => {
      const pictures = names.map(picture);
      return failuresOf(pictures, evaluateDetections(pictures, 1), names).map(
        ({ kind, picture: index }) => `${kind} ${names[index]}`,
      );
    };
    expect(order(['b', 'a', 'c'])).toEqual(order(['c', 'b', 'a']));
  });
});
