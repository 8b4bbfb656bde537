/** Convolutions beyond the self-test's cases: random geometries, runs of images, phases of strides, bad input. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConvInput, convInputLadder } from '../../src/ops/conv/ladder.js';
import { phasePadding, phasesOf } from '../../src/ops/conv/phases.js';
import { type Conv2dOptions, conv2d } from '../../src/ops/conv2d.js';
import { canRun } from '../../src/ops/ladder.js';
import type { Device } from '../../src/runtime/device.js';
import { DTypeError, MemoryError, ShapeError } from '../../src/runtime/errors.js';
import { relativeError } from '../../src/selftest/error.js';
import * as reference from '../../src/selftest/reference/conv2d.js';
import { build, type NdArray } from '../../src/selftest/reference/nd.js';
import { ones, tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;
let narrow: Device;

beforeAll(async () => {
  device = await openTestDevice();
  narrow = await openTestDevice({ maxBindingBytes: 16 * 1024 });
});
afterAll(() => {
  device?.dispose();
  narrow?.dispose();
});

function filled(shape: number[], seed: number): NdArray {
  let i = seed * 7919;
  return build(shape, () => Math.fround(((i++ * 2654435761) % 2003) / 1001.5 - 1));
}

/** The worst error of the output and the gradients to input, weight and bias. */
async function worstError(on: Device, x: number[], w: number[], options: Conv2dOptions) {
  const inputs = [filled(x, 1), filled(w, 2), filled([w[0]!], 3)] as const;
  const y = reference.conv2d(...inputs, options);
  const g = filled(y.shape, 4);
  const expected = [y, ...reference.conv2dVjp(...inputs, g, options)];
  const leaves = inputs.map(({ data, shape }) => tensor(on, data, { shape, requiresGrad: true }));
  const [map, weight, bias] = leaves as [Tensor, Tensor, Tensor];
  const output = scope(() => {
    const result = conv2d(map, weight, bias, options);
    result.backward(tensor(on, g.data, { shape: g.shape }));
    return result;
  });
  const errors: number[] = [];
  for (const [i, result] of [output, map.grad!, weight.grad!, bias.grad!].entries()) {
    const { shape, dtype } = result;
    errors.push(relativeError({ shape, dtype, data: await result.data() }, expected[i]!));
  }
  for (const each of [...leaves, output]) each.dispose();
  return Math.max(...errors);
}

const upTo = (max: number, min = 1) => fc.integer({ min, max });

describe('conv2d', () => {
  it('is right for random geometries', async () => {
    const geometry = fc.record({
      images: upTo(3),
      groups: upTo(2),
      channels: upTo(9),
      filters: upTo(20),
      kernel: fc.tuple(upTo(4), upTo(7)),
      stride: fc.tuple(upTo(4), upTo(4)),
      padding: fc.tuple(upTo(3, 0), upTo(3, 0)),
      dilation: fc.tuple(upTo(3), upTo(3)),
      margin: fc.tuple(upTo(6, 0), upTo(6, 0)),
      relu: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(geometry, async ({ images, groups, channels, filters, kernel, margin, relu, ...options }) => {
        // Just large enough for the kernel, and a margin.
        const cells = ([0, 1] as const).map(
          (axis) =>
            Math.max(1, options.dilation[axis] * (kernel[axis] - 1) + 1 - 2 * options.padding[axis]) + margin[axis],
        );
        const x = [images, groups * channels, ...cells];
        const w = [groups * filters, channels, ...kernel];
        const activation = relu ? 'relu' : 'none';
        expect(await worstError(device, x, w, { ...options, groups, activation })).toBeLessThan(1e-4);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it.each(['auto', 'direct', 'im2col'] as const)('%s: takes images in runs that fit a binding', async (algorithm) => {
    const x = [7, 2, 8, 9];
    expect(await worstError(narrow, x, [3, 2, 3, 3], { algorithm, padding: 1 })).toBeLessThan(1e-4);
    expect(await worstError(narrow, x, [3, 2, 3, 3], { algorithm, stride: 2 })).toBeLessThan(1e-4);
  });

  it('winograd: takes images, and lines of their tiles, in runs that fit a binding', async () => {
    const algorithm = { forward: 'winograd', input: 'winograd' } as const;
    expect(await worstError(narrow, [7, 2, 8, 9], [3, 2, 3, 3], { algorithm, padding: 1 })).toBeLessThan(1e-4);
    expect(await worstError(narrow, [3, 5, 7, 11], [6, 5, 3, 3], { algorithm, padding: [0, 2] })).toBeLessThan(1e-4);
  });

  it('adds the weights of many runs of images, whose gradients together exceed a binding', async () => {
    for (const algorithm of ['auto', 'direct', 'im2col'] as const) {
      expect(await worstError(narrow, [9, 8, 7, 6], [24, 8, 3, 3], { algorithm })).toBeLessThan(1e-4);
    }
  });

  it('takes random geometries in small bindings', async () => {
    const geometry = fc.record({
      images: upTo(9),
      groups: upTo(2),
      channels: upTo(6),
      filters: upTo(12),
      kernel: fc.tuple(upTo(3), upTo(3)),
      stride: fc.tuple(upTo(3), upTo(3)),
      margin: fc.tuple(upTo(9, 0), upTo(9, 0)),
      algorithm: fc.constantFrom('auto' as const, 'im2col' as const),
    });
    await fc.assert(
      fc.asyncProperty(geometry, async ({ images, groups, channels, filters, kernel, stride, margin, algorithm }) => {
        const x = [images, groups * channels, kernel[0] + margin[0], kernel[1] + margin[1]];
        const w = [groups * filters, channels, ...kernel];
        expect(await worstError(narrow, x, w, { stride, groups, algorithm })).toBeLessThan(1e-4);
      }),
      { numRuns: 12, seed: 9 },
    );
  });

  it('keeps a NaN of the output gradient out of cells that it does not come from', async () => {
    const spoiltBy = async (input: ConvInput, side: number, kernel: number, stride: number) => {
      const g = new Float32Array(2 * side * side).fill(1);
      g[(side * side - 1) / 2] = Number.NaN; // the middle of the first channel
      const x = ones(device, [1, 5, 7, 7], { requiresGrad: true });
      const w = ones(device, [2, 5, kernel, kernel]);
      const algorithm = { input };
      scope(() => conv2d(x, w, null, { stride, algorithm }).backward(tensor(device, g, { shape: [1, 2, side, side] })));
      const data = await x.grad!.data();
      x.dispose();
      w.dispose();
      return Array.from(data.subarray(0, 49).keys()).filter((i) => Number.isNaN(data[i]));
    };
    for (const { rung } of convInputLadder.rungs.filter((row) => canRun(device, row) && !row.takes)) {
      expect(await spoiltBy(rung, 3, 2, 2), rung).toEqual([16, 17, 23, 24]);
    }
    expect(await spoiltBy('winograd', 5, 3, 1)).toEqual([16, 17, 18, 23, 24, 25, 30, 31, 32]);
  });

  it('names the limit when a single image exceeds a binding', () => {
    const call = () => scope(() => conv2d(ones(narrow, [1, 1, 80, 80]), ones(narrow, [1, 1, 3, 3])));
    expect(call).toThrow(MemoryError);
    expect(call).toThrow(/^conv2d.*16384/);
  });

  it('gives the same bits every time, gradients too', async () => {
    const x = filled([9, 3, 20, 20], 1);
    const w = filled([8, 3, 5, 5], 2);
    const bits: unknown[][] = [];
    for (let i = 0; i < 2; i++) {
      const map = tensor(device, x.data, { shape: x.shape, requiresGrad: true });
      const weight = tensor(device, w.data, { shape: w.shape, requiresGrad: true });
      const y = scope(() => {
        const result = conv2d(map, weight, null, { padding: 2, stride: 2 });
        result.backward(ones(device, result.shape));
        return result;
      });
      bits.push(await Promise.all([y, map.grad!, weight.grad!].map((each) => each.data())));
      for (const each of [map, weight, y]) each.dispose();
    }
    expect(bits[1]).toEqual(bits[0]);
  });

  it('keeps NaN through ReLU, and away from pixels that do not see it', async () => {
    const values = new Float32Array(25).fill(1);
    values[24] = Number.NaN;
    const map = tensor(device, values, { shape: [1, 1, 5, 5] });
    const weight = ones(device, [1, 1, 3, 3]);
    const y = conv2d(map, weight, null, { activation: 'relu' });
    expect(await y.array()).toEqual([
      [
        [
          [9, 9, 9],
          [9, 9, 9],
          [9, 9, Number.NaN],
        ],
      ],
    ]);
    for (const each of [map, weight, y]) each.dispose();
  });
});

describe('phasesOf', () => {
  it('lists every (input cell, tap, output) of a strided axis once, inside the padded outputs', () => {
    const axis = fc.record({
      kernel: upTo(7),
      stride: upTo(6),
      padding: upTo(5, 0),
      dilation: upTo(5),
      margin: upTo(9, 0),
    });
    fc.assert(
      fc.property(axis, ({ kernel, stride, padding, dilation, margin }) => {
        const reach = dilation * (kernel - 1) + 1;
        const size = Math.max(1, reach - 2 * padding) + margin;
        const out = Math.floor((size + 2 * padding - reach) / stride) + 1;
        const phases = phasesOf(size, kernel, stride, padding, dilation);
        const { before, behind } = phasePadding(phases, out);
        const found = phases.flatMap((phase) =>
          Array.from({ length: phase.cells }, (_, i) =>
            Array.from({ length: phase.taps }, (_, t) => {
              const from = i + phase.shift - t * phase.shiftStep;
              expect(from).toBeGreaterThanOrEqual(-before);
              expect(from).toBeLessThan(out + behind);
              return { cell: i * stride + phase.residue, tap: phase.firstTap + t * phase.tapStep, from };
            }),
          ).flat(),
        );
        const inside = found
          .filter(({ from }) => from >= 0 && from < out)
          .map(({ cell, tap, from }) => `${cell} ${tap} ${from}`);
        const expected: string[] = [];
        for (let o = 0; o < out; o++) {
          for (let tap = 0; tap < kernel; tap++) {
            const cell = o * stride - padding + tap * dilation;
            if (cell >= 0 && cell < size) expected.push(`${cell} ${tap} ${o}`);
          }
        }
        expect(inside.sort()).toEqual(expected.sort());
      }),
      { numRuns: 300, seed: 8 },
    );
  });
});

describe('conv2d refuses', () => {
  const x = () => ones(device, [1, 4, 5, 5]);
  const cases: [string, () => unknown, new (message: string) => Error, RegExp][] = [
    [
      'maps of rank 3',
      () => conv2d(ones(device, [4, 5, 5]), ones(device, [2, 4, 3, 3])),
      ShapeError,
      /^conv2d: input has shape \[4, 5, 5\]/,
    ],
    [
      'other channels',
      () => conv2d(x(), ones(device, [2, 3, 3, 3])),
      ShapeError,
      /^conv2d: weight \[2, 3, 3, 3\] takes 3 channels .* has 4; give the weight 4 channels or the input 3$/,
    ],
    [
      'a kernel larger than the padded map',
      () => conv2d(x(), ones(device, [2, 4, 9, 3]), null, { padding: 1 }),
      ShapeError,
      /^conv2d: kernel \[9, 3\] .* does not fit the map \[5, 5\]/,
    ],
    [
      'groups that do not divide',
      () => conv2d(x(), ones(device, [2, 4, 3, 3]), null, { groups: 3 }),
      ShapeError,
      /^conv2d: 3 groups do not divide 4 input and 2 output/,
    ],
    [
      'stride 0',
      () => conv2d(x(), ones(device, [2, 4, 3, 3]), null, { stride: 0 }),
      ShapeError,
      /^conv2d: stride \[0, 0\] is not usable/,
    ],
    [
      'negative padding',
      () => conv2d(x(), ones(device, [2, 4, 3, 3]), null, { padding: [0, -1] }),
      ShapeError,
      /^conv2d: padding \[0, -1\]/,
    ],
    [
      'a bias of another length',
      () => conv2d(x(), ones(device, [2, 4, 3, 3]), ones(device, [4])),
      ShapeError,
      /^conv2d: bias has shape \[4\], but must be \[2\]/,
    ],
    [
      'integers',
      () => conv2d(zeros(device, [1, 4, 5, 5], { dtype: 'i32' }), ones(device, [2, 4, 3, 3])),
      DTypeError,
      /^conv2d: input is i32/,
    ],
  ];
  it.each(cases)('%s', (_, call, type, message) => {
    expect(() => scope(() => void call())).toThrow(type);
    expect(() => scope(() => void call())).toThrow(message);
  });
});
