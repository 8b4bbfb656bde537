/** Corners that the self-test's cases leave open: ranges with steps, halves, indices and labels out of range, dropout. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as ops from '../../src/ops/index.js';
import { opTable } from '../../src/ops/table.js';
import type { Device } from '../../src/runtime/device.js';
import { arange, ones, tensor } from '../../src/tensor/create.js';
import { fromHalf, toHalf } from '../../src/tensor/half.js';
import { rand, randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount, type NestedArray, type Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
}, 60_000);
afterAll(() => device?.dispose());

async function take(work: () => Tensor): Promise<NestedArray> {
  const result = scope(work);
  const values = await result.array();
  result.dispose();
  return values;
}

describe('views', () => {
  const x = () => ops.reshape(arange(device, 24), [4, 6]);

  it('slices by index, step, from the end and whole', async () => {
    expect(await take(() => ops.slice(x(), [1]))).toEqual([6, 7, 8, 9, 10, 11]);
    expect(await take(() => ops.slice(x(), [-1, -2]))).toBe(22);
    expect(
      await take(() =>
        ops.slice(x(), [
          [0, 4, 3],
          [1, -1, 2],
        ]),
      ),
    ).toEqual([
      [1, 3],
      [19, 21],
    ]);
    expect(await take(() => ops.slice(x(), [null, [4]]))).toEqual([
      [4, 5],
      [10, 11],
      [16, 17],
      [22, 23],
    ]);
    expect(await take(() => ops.slice(x(), [[2, 2]]))).toEqual([]);
  });

  it('sends gradients back through steps', async () => {
    const leaf = tensor(device, [1, 2, 3, 4, 5], { requiresGrad: true });
    scope(() => ops.sum(ops.slice(leaf, [[0, 5, 2]])).backward());
    expect(await leaf.grad!.array()).toEqual([1, 0, 1, 0, 1]);
    leaf.dispose();
  });

  it('drops, adds and joins axes', () => {
    scope(() => {
      const y = ones(device, [1, 2, 1, 3]);
      expect(ops.squeeze(y).shape).toEqual([2, 3]);
      expect(ops.squeeze(y, -2).shape).toEqual([1, 2, 3]);
      expect(ops.unsqueeze(y, -1).shape).toEqual([1, 2, 1, 3, 1]);
      expect(ops.unsqueeze(y, 0).shape).toEqual([1, 1, 2, 1, 3]);
      expect(ops.flatten(y, { start: 1 }).shape).toEqual([1, 6]);
      expect(ops.flatten(y, { start: 1, end: 2 }).shape).toEqual([1, 2, 3]);
      expect(ops.flatten(ones(device, [])).shape).toEqual([1]);
    });
  });
});

describe('gradients that nobody asks for', () => {
  it.each([
    ['add', ops.add],
    ['sub', ops.sub],
  ])('%s computes none for a number', (_, op) => {
    const x = tensor(device, [1, 2, 3], { requiresGrad: true });
    const y = op(x, 1);
    const gradient = ones(device, [3]);
    const before = device.statistics.dispatches;
    y.backward(gradient);
    // The gradient passes through as it is.
    expect(device.statistics.dispatches).toBe(before);
    for (const each of [x, y, gradient]) each.dispose();
  });

  it('localResponseNorm keeps a scale only while gradients are recorded', () => {
    const bytes = (requiresGrad: boolean) => {
      const x = ones(device, [1, 4, 32, 32], { requiresGrad });
      const before = device.statistics.pool.liveBytes;
      const y = ops.localResponseNorm(x, { size: 5 });
      const used = device.statistics.pool.liveBytes - before;
      for (const each of [y, x]) each.dispose();
      return used;
    };
    expect(bytes(true)).toBeGreaterThan(bytes(false));
  });
});

describe('numbers', () => {
  it('raises integers to powers', async () => {
    const base = [-3, -1, 0, 1, 2, -1];
    const exponent = [3, -3, 0, -7, 31, -2];
    const power = await take(() =>
      ops.pow(tensor(device, base, { dtype: 'i32' }), tensor(device, exponent, { dtype: 'i32' })),
    );
    expect(power).toEqual([-27, -1, 1, 1, -(2 ** 31), 1]);
    expect(await take(() => ops.pow(tensor(device, [3, 2], { dtype: 'u32' }), 4))).toEqual([81, 16]);
  });

  it('casts through halves, rounding to even', async () => {
    const values = [0, 1, -1.5, 1 / 3, 65504, 1 + 2 ** -11, 1 + 3 * 2 ** -11, Number.NaN, Number.NEGATIVE_INFINITY];
    const there = await take(() => ops.cast(tensor(device, values), 'f16'));
    expect(there).toEqual(values.map((v) => fromHalf(toHalf(v))));
    expect(await take(() => ops.cast(ops.cast(tensor(device, values), 'f16'), 'f32'))).toEqual(there);
    expect(await take(() => ops.cast(tensor(device, [3, 7], { dtype: 'f16' }), 'i32'))).toEqual([3, 7]);
    const leaf = tensor(device, [1, 2, 3], { requiresGrad: true });
    scope(() => ops.sum(ops.cast(ops.cast(leaf, 'f16'), 'f32')).backward());
    expect(await leaf.grad!.array()).toEqual([1, 1, 1]);
    leaf.dispose();
  });

  it('makes labels out of range NaN, and nothing else', async () => {
    const logits = tensor(device, [1, 2, 3, 4, 5, 6], { shape: [3, 2], requiresGrad: true });
    const labels = tensor(device, Int32Array.of(1, 2, -1));
    const loss = scope(() => ops.crossEntropy(logits, labels, { reduction: 'none' }));
    loss.backward(ones(device, [3]));
    const [first, second, third] = await loss.data();
    expect(first).toBeCloseTo(0.3133, 4);
    expect([second, third]).toEqual([Number.NaN, Number.NaN]);
    const gradient = Array.from(await logits.grad!.data());
    expect(gradient.map(Number.isNaN)).toEqual([false, false, true, true, true, true]);
    for (const each of [logits, labels, loss]) each.dispose();
  });

  it('reads nothing for an index out of range', async () => {
    const indices = () => tensor(device, Int32Array.of(-1, 1, 2));
    const rows = (values: number[], dtype: 'f32' | 'i32') => tensor(device, values, { dtype, shape: [2, 1] });
    expect(await take(() => ops.indexSelect(rows([5, 6], 'f32'), indices()))).toEqual([
      [Number.NaN],
      [6],
      [Number.NaN],
    ]);
    expect(await take(() => ops.indexSelect(rows([5, 6], 'i32'), indices()))).toEqual([[-1], [6], [-1]]);
    expect(await take(() => ops.oneHot(indices(), 2))).toEqual([
      [0, 0],
      [0, 1],
      [0, 0],
    ]);
  });
});

describe('indexSelect', () => {
  it('adds up the gradients of many indices in near-linear time', async () => {
    const [n, count] = [50_021, 150_000];
    const indices = Int32Array.from({ length: count }, (_, i) => (i * 7919) % (i % 3 === 0 ? 17 : n + 1));
    const x = tensor(device, new Float32Array(n), { requiresGrad: true });
    const y = scope(() => ops.indexSelect(x, tensor(device, indices)));
    y.backward(
      tensor(
        device,
        Float32Array.from({ length: count }, (_, i) => i % 5),
      ),
    );
    const expected = new Float32Array(n);
    for (const [i, index] of indices.entries()) if (index < n) expected[index]! += i % 5;
    expect(await x.grad!.data()).toEqual(expected);
    for (const each of [x, y]) each.dispose();
  }, 20_000);

  it('adds up gradients as scattering would', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat({ max: 8 }), { maxLength: 30 }),
        async (n, inner, drawn) => {
          const indices = drawn.map((i) => i % n);
          const x = tensor(device, new Float32Array(n * inner), { shape: [n, inner], requiresGrad: true });
          const places = tensor(device, Int32Array.from(indices));
          const y = ops.indexSelect(x, places);
          const gradient = ops.reshape(arange(device, y.size), y.shape);
          y.backward(gradient);
          const expected = new Float32Array(n * inner);
          indices.forEach((row, j) => {
            for (let c = 0; c < inner; c++) expected[row * inner + c]! += j * inner + c;
          });
          expect(await x.grad!.data()).toEqual(expected);
          for (const each of [x, places, y, gradient]) each.dispose();
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('resizeBilinear', () => {
  it('has a gradient that is the transpose of its forward', async () => {
    const side = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(side, side, side, side, async (height, width, toHeight, toWidth) => {
        const x = randn(device, [1, 5, height, width], { seed: 1, requiresGrad: true });
        const y = ops.resizeBilinear(x, [toHeight, toWidth]);
        const g = randn(device, y.shape, { seed: 2 });
        y.backward(g);
        const [a, b] = scope(() => [ops.sum(ops.mul(y.detach(), g)), ops.sum(ops.mul(x.detach(), x.grad!))]);
        expect(await a!.item()).toBeCloseTo(await b!.item(), 3);
        for (const each of [x, y, g, a!, b!]) each.dispose();
      }),
      { numRuns: 25 },
    );
  });
});

describe('dropout', () => {
  const stream = { seed: 5, offset: 10 };

  it('drops a share p, scales the others, repeats by seed and offset', async () => {
    const x = rand(device, [10_000], { seed: 1, low: 1, high: 2 });
    const [first, again, other] = scope(() => [
      ops.dropout(x, { p: 0.3, ...stream }),
      ops.dropout(x, { p: 0.3, ...stream }),
      ops.dropout(x, { p: 0.3, seed: 5, offset: 11 }),
    ]);
    const [a, b, c, source] = await Promise.all([first!, again!, other!, x].map((each) => each.data()));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a!.filter((v) => v === 0).length / a!.length).toBeCloseTo(0.3, 1);
    expect(a!.every((v, i) => v === 0 || Math.abs(v - source![i]! / 0.7) < 1e-6)).toBe(true);
    for (const each of [x, first!, again!, other!]) each.dispose();
  });

  it('passes everything outside training and nothing at p = 1', async () => {
    expect(await take(() => ops.dropout(arange(device, 3), { ...stream, training: false }))).toEqual([0, 1, 2]);
    expect(await take(() => ops.dropout(arange(device, 3), { ...stream, p: 0 }))).toEqual([0, 1, 2]);
    expect(await take(() => ops.dropout(ones(device, [3]), { ...stream, p: 1 }))).toEqual([0, 0, 0]);
  });
});

describe('the table', () => {
  it('has every op once, by its exported name', () => {
    const names = opTable.map((row) => row.name);
    expect(new Set(names).size).toBe(names.length);
    const exported = Object.entries(ops).filter(([, value]) => typeof value === 'function');
    for (const name of names) expect(exported.map(([key]) => key)).toContain(name);
  });
});

describe('memory', () => {
  it('is left to the result alone', () => {
    const before = liveTensorCount(device);
    const x = ones(device, [4, 6]);
    const results = [
      ops.sum(x, { axes: 0 }),
      ops.variance(x),
      ops.softmax(ops.transpose(x, 0, 1)),
      ops.add(ops.mul(x, 2), 1),
      ops.max(x, { axes: 1 }),
      ops.concat([x, x]),
    ];
    // Arguments made in passing are the caller's: a transpose, and a product.
    expect(liveTensorCount(device) - before).toBe(1 + results.length + 2);
    for (const each of [x, ...results]) each.dispose();
  });
});
