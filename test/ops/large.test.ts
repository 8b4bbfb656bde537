/** Tensors beyond one binding: a device with bindings of 16 KiB cuts them into pieces. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add } from '../../src/ops/add.js';
import { cast } from '../../src/ops/cast.js';
import { concat } from '../../src/ops/concat.js';
import { dropout } from '../../src/ops/dropout.js';
import { max } from '../../src/ops/max.js';
import { mean } from '../../src/ops/mean.js';
import { mul } from '../../src/ops/mul.js';
import { preparePictures } from '../../src/ops/prepare-pictures.js';
import { relu } from '../../src/ops/relu.js';
import { sum } from '../../src/ops/sum.js';
import { transpose } from '../../src/ops/transpose.js';
import { where } from '../../src/ops/where.js';
import type { Device } from '../../src/runtime/device.js';
import { MemoryError } from '../../src/runtime/errors.js';
import { ones, tensor } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openNarrowDevice } from '../setup/narrow-device.js';

const ROWS = 37;
const COLUMNS = 401;
let device: Device;

beforeAll(async () => {
  device = await openNarrowDevice(16 * 1024);
}, 60_000);
afterAll(() => device?.dispose());

const at = (i: number) => ((i * 37) % 101) - 50;
const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, i) => at(i));

async function run(work: (x: Tensor) => Tensor): Promise<number[]> {
  const result = scope(() => work(tensor(device, values, { shape: [ROWS, COLUMNS] })));
  const data = Array.from(await result.data());
  result.dispose();
  return data;
}

const matrix = <T>(f: (row: number, column: number) => T): T[] =>
  Array.from({ length: ROWS * COLUMNS }, (_, i) => f(Math.floor(i / COLUMNS), i % COLUMNS));

describe('beyond one binding', () => {
  it('element-wise ops', async () => {
    expect(await run((x) => relu(x))).toEqual(matrix((r, c) => Math.max(at(r * COLUMNS + c), 0)));
    expect(await run((x) => add(x, x))).toEqual(matrix((r, c) => 2 * at(r * COLUMNS + c)));
    expect(await run((x) => mul(3, x))).toEqual(matrix((r, c) => 3 * at(r * COLUMNS + c) + 0));
    expect(await run((x) => cast(x, 'i32'))).toEqual([...values]);
  });

  it('broadcasting', async () => {
    const row = Float32Array.from({ length: COLUMNS }, (_, i) => i);
    expect(await run((x) => add(x, tensor(device, row)))).toEqual(matrix((r, c) => at(r * COLUMNS + c) + c));
    expect(await run((x) => where(cast(relu(x), 'u32'), x, 0))).toEqual(
      matrix((r, c) => Math.max(at(r * COLUMNS + c), 0)),
    );
  });

  it('strided copies', async () => {
    const turned = Array.from({ length: ROWS * COLUMNS }, (_, i) => at((i % ROWS) * COLUMNS + Math.floor(i / ROWS)));
    expect(await run((x) => relu(add(transpose(x, 0, 1), 60)))).toEqual(turned.map((v) => v + 60));
    const joined = await run((x) => concat([x, x], { axis: 1 }));
    expect(joined.length).toBe(2 * ROWS * COLUMNS);
    expect(joined.slice(2 * COLUMNS, 3 * COLUMNS)).toEqual([...values.subarray(COLUMNS, 2 * COLUMNS)]);
  });

  it('sums over any axes', async () => {
    const line = (f: (r: number, c: number) => boolean) =>
      matrix((r, c) => (f(r, c) ? at(r * COLUMNS + c) : 0)).reduce((total, v) => total + v, 0);
    expect(await run((x) => sum(x))).toEqual([line(() => true)]);
    expect(await run((x) => sum(x, { axes: 1 }))).toEqual(
      Array.from({ length: ROWS }, (_, row) => line((r) => r === row)),
    );
    expect(await run((x) => sum(x, { axes: 0 }))).toEqual(
      Array.from({ length: COLUMNS }, (_, column) => line((_, c) => c === column)),
    );
    const [average] = await run((x) => mean(x));
    expect(average).toBeCloseTo(line(() => true) / (ROWS * COLUMNS), 6);
  });

  it('sums where even a single line is beyond one binding', async () => {
    const result = scope(() => sum(ones(device, [2, 9001]), { axes: 0 }));
    expect(await result.data()).toEqual(new Float32Array(9001).fill(2));
    result.dispose();
  });

  it('dropout keeps its mask in the gradient', async () => {
    const x = tensor(
      device,
      values.map((v) => v + 60),
      { shape: [ROWS, COLUMNS], requiresGrad: true },
    );
    const y = dropout(x, { p: 0.25, seed: 3 });
    const total = sum(y);
    total.backward();
    const [dropped, gradient] = await Promise.all([y.data(), x.grad!.data()]);
    expect(gradient.every((g, i) => (dropped[i] === 0 ? g === 0 : Math.abs(g - 4 / 3) < 1e-6))).toBe(true);
    const share = gradient.filter((g) => g === 0).length / gradient.length;
    expect(share).toBeCloseTo(0.25, 1);
    for (const each of [x, y, total]) each.dispose();
  });

  it('a batch of pictures that does not fit frees all that was made for it', () => {
    const before = device.statistics.pool.liveBytes;
    const picture = { width: 1, height: 1, data: new Uint8Array(3) };
    const rgb = { channels: 3, channelOrder: 'rgb', mean: [0, 0, 0], scale: 1 } as const;
    expect(() => preparePictures(device, [picture], [{ outSize: [64, 64] }], rgb)).toThrow(MemoryError);
    expect(device.statistics.pool.liveBytes).toBe(before);
  });

  it('other ops name the limit', () => {
    expect(() => scope(() => max(ones(device, [9001])))).toThrow(MemoryError);
    expect(() => scope(() => max(ones(device, [9001])))).toThrow(/^max: .*binding limit of 16384 bytes; use a smaller/);
  });
});
