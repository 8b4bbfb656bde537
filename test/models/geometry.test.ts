import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convnet5 } from '../../src/models/convnet5.js';
import { digits } from '../../src/models/digits.js';
import { checkInput, mapGeometry, mapSize, minimumInput, outputSize } from '../../src/models/geometry.js';
import { conv, maxPool } from '../../src/models/layers/index.js';
import { overfeat5 } from '../../src/models/overfeat5.js';
import { overfeat7 } from '../../src/models/overfeat7.js';
import { small } from '../../src/models/small.js';
import { squeezenet11 } from '../../src/models/squeezenet11.js';
import { zf5 } from '../../src/models/zf5.js';

const fill = { weights: 0.01, bias: 0 } as const;

describe('map sizes', () => {
  it.each([
    [180, [10, 10, 10, 14, 12, 16]],
    [224, [13, 13, 13, 18, 14, 20]],
    [256, [15, 15, 15, 21, 16, 22]],
    [364, [21, 21, 21, 30, 23, 31]],
    [392, [23, 23, 23, 32, 25, 34]],
    [480, [29, 29, 29, 39, 30, 41]],
    [688, [42, 42, 42, 57, 43, 58]],
    [1200, [74, 74, 74, 99, 75, 101]],
  ])('at %i pixels: ZF-5 B, A, Convnet*-5, Overfeat, ZF-5 half, Overfeat half', (size, expected) => {
    const nets = [
      zf5({ padding: 'B' }),
      zf5({ padding: 'A' }),
      convnet5(),
      overfeat7(),
      zf5({ padding: 'half' }),
      overfeat5({ padding: 'half' }),
    ];
    expect(nets.map((net) => mapSize(net.features, size))).toEqual(expected);
  });

  it.each([
    ['ZF-5 A', zf5({ padding: 'A' }), [110, 55, 27, 13, 13, 13, 13]],
    ['ZF-5 B', zf5({ padding: 'B' }), [110, 55, 26, 13, 13, 13, 13]],
    ['Convnet*-5', convnet5(), [55, 55, 27, 27, 13, 13, 13]],
    ['Overfeat-5', overfeat5(), [110, 36, 36, 18, 18, 18, 18]],
    ['SqueezeNet 1.1 at 224', squeezenet11(), [111, 55, 55, 55, 27, 27, 27, 13, 13, 13, 13, 13]],
  ])('%s passes through the sizes of Table 1', (_name, net, expected) => {
    let size = 224;
    const sizes: number[] = [];
    for (const layer of net.features) {
      size = outputSize(layer, size);
      if (layer.type !== 'relu' && layer.type !== 'lrn') sizes.push(size);
    }
    expect(sizes).toEqual(expected);
  });

  it('rounds pools as Caffe does', () => {
    const pool = (kernel: number, stride: number, padding: number, ceilMode: boolean) =>
      maxPool('pool', { kernel, stride, padding, ceilMode });
    expect(outputSize(pool(3, 2, 0, false), 110)).toBe(54);
    expect(outputSize(pool(3, 2, 0, true), 110)).toBe(55);
    expect(outputSize(pool(3, 2, 0, true), 2)).toBe(1);
    expect(outputSize(pool(2, 2, 1, true), 4)).toBe(3);
    // Rounding up gives 4 windows; the fourth would start in the padding behind the map.
    expect(outputSize(pool(2, 2, 1, true), 5)).toBe(3);
    expect(outputSize(conv('conv', 1, { kernel: 7, stride: 4, fill }), 5)).toBe(0);
  });

  it('never starts a pooling window outside the map, and covers every cell in ceil mode', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1200 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(3),
        (size, kernel, strideWish, paddingWish) => {
          const stride = Math.min(strideWish, kernel);
          const padding = Math.min(paddingWish, Math.floor(kernel / 2));
          const output = outputSize(maxPool('pool', { kernel, stride, padding, ceilMode: true }), size);
          const lastStart = (output - 1) * stride - padding;
          expect(lastStart).toBeLessThan(size);
          if (output >= 1) expect(lastStart + kernel).toBeGreaterThanOrEqual(size);
        },
      ),
    );
  });
});

describe('receptive fields', () => {
  it.each([
    ['ZF-5 B', zf5(), { receptiveField: 139, stride: 16, centre: 20 }],
    ['ZF-5 half', zf5({ padding: 'half' }), { receptiveField: 139, stride: 16, centre: 0 }],
    ['Convnet*-5', convnet5(), { receptiveField: 131, stride: 16, centre: 15 }],
    ['Overfeat-5', overfeat5(), { receptiveField: 113, stride: 12, centre: 7 }],
    ['Overfeat-7', overfeat7(), { receptiveField: 161, stride: 12, centre: 7 }],
    [
      'Overfeat-7 half (3 px off for its even pool)',
      overfeat7({ padding: 'half' }),
      { receptiveField: 161, stride: 12, centre: -3 },
    ],
    ['small', small(), { receptiveField: 13, stride: 2, centre: 0 }],
    ['digits', digits(), { receptiveField: 17, stride: 4, centre: 0 }],
  ])('%s', (_name, net, expected) => {
    expect(mapGeometry(net.features)).toEqual(expected);
  });

  it('agree with a search for the pixels that reach a cell', () => {
    for (const net of [zf5({ padding: 'A' }), convnet5(), overfeat5(), squeezenet11(), small(), digits()]) {
      const { receptiveField, centre, stride } = mapGeometry(net.features);
      const cell = 30;
      let [first, last] = [cell, cell];
      for (const layer of net.features.toReversed()) {
        const own =
          layer.type === 'fire' ? { kernel: 3, stride: 1, padding: 1 } : 'kernel' in layer ? layer : undefined;
        if (!own) continue;
        const window = own as { kernel: number; stride: number; padding: number };
        first = first * window.stride - window.padding;
        last = last * window.stride - window.padding + window.kernel - 1;
      }
      expect(last - first + 1).toBe(receptiveField);
      expect((first + last) / 2).toBe(centre + stride * cell);
    }
  });
});

describe('minimum input', () => {
  it('is the smallest side with a cell in every map, for all sizes to 1200', () => {
    for (const net of [
      zf5(),
      zf5({ padding: 'half' }),
      convnet5(),
      overfeat5(),
      overfeat7(),
      squeezenet11(),
      small(),
      digits(),
    ]) {
      const minimum = minimumInput(net.features);
      let previous = 0;
      for (let size = 1; size <= 1200; size += 1) {
        const cells = mapSize(net.features, size);
        expect(cells > 0).toBe(size >= minimum);
        expect(cells).toBeGreaterThanOrEqual(previous);
        previous = cells;
      }
    }
  });

  it('is named by the error, with the size that was too small', () => {
    const net = zf5();
    const minimum = minimumInput(net.features);
    expect(() => checkInput(net, minimum, minimum)).not.toThrow();
    expect(() => checkInput(net, 300, minimum - 1)).toThrow(
      `zf5: an input of ${minimum - 1}x300 pixels is too small; both sides must have at least ${minimum}, so resize it`,
    );
  });
});
