/** Matrix products beyond the self-test's cases: operands larger than a binding, long sums, random shapes, bad input. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matmul } from '../../src/ops/matmul.js';
import { splitJob } from '../../src/ops/tile/job.js';
import type { Device } from '../../src/runtime/device.js';
import { DTypeError, ShapeError } from '../../src/runtime/errors.js';
import { relativeError } from '../../src/selftest/error.js';
import * as reference from '../../src/selftest/reference/matmul.js';
import { build, type NdArray } from '../../src/selftest/reference/nd.js';
import { ones, tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;
let narrow: Device;

beforeAll(async () => {
  device = await openTestDevice();
  narrow = await openTestDevice({ maxBindingBytes: 8 * 1024 });
});
afterAll(() => {
  device?.dispose();
  narrow?.dispose();
});

/** Numbers in [-1, 1] that repeat on no power of two; whole f32s, so that device and reference start equal. */
function filled(shape: number[], seed: number): NdArray {
  let i = seed * 7919;
  return build(shape, () => Math.fround(((i++ * 2654435761) % 2003) / 1001.5 - 1));
}

interface Shape {
  batch?: number[];
  rows: number;
  inner: number;
  columns: number;
  transposeA: boolean;
  transposeB: boolean;
  relu: boolean;
}

/** The worst error of the product and its three gradients. */
async function worstError(on: Device, { batch = [], rows, inner, columns, transposeA, transposeB, relu }: Shape) {
  const a = filled([...batch, ...(transposeA ? [inner, rows] : [rows, inner])], 1);
  const b = filled(transposeB ? [columns, inner] : [inner, columns], 2);
  const bias = filled([columns], 3);
  const g = filled([...batch, rows, columns], 4);
  const attrs = { transposeA, transposeB, activation: relu ? ('relu' as const) : ('none' as const) };
  const expected = [reference.matmul(a, b, bias, attrs), ...reference.matmulVjp(a, b, bias, g, attrs)];
  const leaves = [a, b, bias].map(({ data, shape }) => tensor(on, data, { shape, requiresGrad: true }));
  const [x, y, z] = leaves as [Tensor, Tensor, Tensor];
  const c = scope(() => {
    const product = matmul(x, y, { ...attrs, bias: z });
    product.backward(tensor(on, g.data, { shape: g.shape }));
    return product;
  });
  const errors: number[] = [];
  for (const [i, result] of [c, x.grad!, y.grad!, z.grad!].entries()) {
    const { shape, dtype } = result;
    errors.push(relativeError({ shape, dtype, data: await result.data() }, expected[i]!));
  }
  for (const each of [...leaves, c]) each.dispose();
  return Math.max(...errors);
}

const size = (max: number) => fc.integer({ min: 1, max });
const flags = { transposeA: fc.boolean(), transposeB: fc.boolean(), relu: fc.boolean() };

describe('matmul', () => {
  it('is right for random shapes', async () => {
    const shape = fc.record({ rows: size(70), inner: size(70), columns: size(70), ...flags });
    await fc.assert(
      fc.asyncProperty(shape, async (one) => {
        expect(await worstError(device, one)).toBeLessThan(1e-4);
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it('cuts operands that exceed a binding, along any axis', async () => {
    const shape = fc.record({
      batch: fc.constantFrom<number[]>([], [3], [2, 1, 5]),
      rows: fc.constantFrom(1, 7, 70),
      inner: fc.constantFrom(3, 64, 130),
      columns: fc.constantFrom(2, 33, 100),
      ...flags,
    });
    await fc.assert(
      fc.asyncProperty(shape, async (one) => {
        expect(await worstError(narrow, one)).toBeLessThan(1e-4);
      }),
      { numRuns: 12, seed: 6 },
    );
  });

  it('counts the padding of copies, whichever way round the product is computed', async () => {
    const wide = await openTestDevice({ maxBindingBytes: 128 * 1024 });
    try {
      for (const inner of [776, 777]) {
        const shape = { rows: 33, inner, columns: 5, transposeA: false, transposeB: true, relu: false };
        expect(await worstError(wide, shape)).toBeLessThan(1e-4);
      }
    } finally {
      wide.dispose();
    }
  });

  it('is right for random shapes in small bindings, however the operands lie', async () => {
    // Around the widths of panels, where a copy is up to twice as large as what it copies.
    const around = fc.constantFrom(1, 4, 5, 31, 33, 36, 65, 129);
    const shape = fc.record({ rows: around, inner: size(150), columns: around, ...flags });
    await fc.assert(
      fc.asyncProperty(shape, async (one) => {
        expect(await worstError(narrow, one)).toBeLessThan(1e-4);
      }),
      { numRuns: 12, seed: 7 },
    );
  });

  it('cuts long sums into slices that are added in order, with bias and ReLU at the end', async () => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, true],
    ] as const) {
      const long = { rows: 5, inner: 9001, columns: 7, transposeA, transposeB, relu: true };
      expect(await worstError(device, long)).toBeLessThan(1e-4);
    }
  });

  it('gives the same bits every time', async () => {
    const [a, b] = [filled([33, 2100], 1), filled([2100, 45], 2)].map(({ data, shape }) =>
      tensor(device, data, { shape }),
    ) as [Tensor, Tensor];
    const runs: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const c = matmul(a, b);
      runs.push(new Uint32Array((await c.data()).buffer as ArrayBuffer));
      c.dispose();
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    for (const each of [a, b]) each.dispose();
  });

  it('keeps NaN through ReLU, and NaN of one row out of others', async () => {
    const a = tensor(device, [
      [Number.NaN, 1, 1],
      [1, 2, 3],
    ]);
    const b = ones(device, [3, 5]);
    const c = matmul(a, b, { activation: 'relu' });
    expect(await c.array()).toEqual([new Array(5).fill(Number.NaN), new Array(5).fill(6)]);
    for (const each of [a, b, c]) each.dispose();
  });
});

describe('splitJob', () => {
  it('covers every multiply-add once, in parts that fit', () => {
    const matrix = (rowStride: number) => ({
      tensor: zeros(device, [1]),
      offset: 0,
      rowStride,
      columnStride: 1,
      batchStride: 0,
    });
    scope(() => {
      const job = {
        op: 'matmul',
        batches: 1,
        rows: 300,
        inner: 500,
        columns: 700,
        a: matrix(500),
        b: matrix(700),
        c: matrix(700),
        bias: null,
        relu: false,
        accumulate: false,
      };
      const parts = splitJob(job, 100_000, 128);
      expect(parts.reduce((sum, part) => sum + part.rows * part.inner * part.columns, 0)).toBe(300 * 500 * 700);
      for (const { rows, inner, columns } of parts) {
        expect(Math.max(rows * inner, inner * columns, rows * columns) * 4).toBeLessThanOrEqual(100_000);
      }
      const firsts = parts.filter(({ accumulate }) => !accumulate);
      expect(firsts.reduce((sum, { rows, columns }) => sum + rows * columns, 0)).toBe(300 * 700);
    });
  });
});

it('makes the gradient of a shared weight without one for each of the batch', async () => {
  const own = await openTestDevice();
  const x = ones(own, [64, 2, 128]);
  const weight = ones(own, [256, 128], { requiresGrad: true });
  scope(() => {
    const y = matmul(x, weight, { transposeB: true });
    y.backward(ones(own, y.shape));
  });
  expect((await weight.grad!.data()).every((value) => value === 128)).toBe(true);
  const { liveBytes, freeBytes } = own.statistics.pool;
  // One for each would be 64 * 256 * 128 * 4 bytes.
  expect(liveBytes + freeBytes).toBeLessThan(2 ** 22);
  own.dispose();
});

describe('matmul refuses', () => {
  const cases: [string, () => unknown, new (message: string) => Error, RegExp][] = [
    [
      'inner axes that differ',
      () => matmul(ones(device, [2, 3]), ones(device, [4, 5])),
      ShapeError,
      /^matmul: inner axes of \[2, 3\] and \[4, 5\] differ \(3 and 4\); transpose/,
    ],
    [
      'vectors',
      () => matmul(ones(device, [3]), ones(device, [3, 2])),
      ShapeError,
      /^matmul: \[3\] and \[3, 2\] must both have rank 2 or more; use unsqueeze/,
    ],
    [
      'batches that do not broadcast',
      () => matmul(ones(device, [2, 1, 1]), ones(device, [3, 1, 1])),
      ShapeError,
      /^matmul: batch axes of .* do not broadcast \(2 and 3\); make them equal or 1/,
    ],
    [
      'a bias of another length',
      () => matmul(ones(device, [2, 3]), ones(device, [3, 4]), { bias: ones(device, [3]) }),
      ShapeError,
      /^matmul: bias has shape \[3\], but must be \[4\]/,
    ],
    [
      'integers',
      () => matmul(ones(device, [2, 3], { dtype: 'i32' }), ones(device, [3, 4])),
      DTypeError,
      /^matmul: a is i32\[2, 3\], but must be f32 or f16; use cast/,
    ],
  ];
  it.each(cases)('%s', (_, call, type, message) => {
    expect(() => scope(() => void call())).toThrow(type);
    expect(() => scope(() => void call())).toThrow(message);
  });
});
