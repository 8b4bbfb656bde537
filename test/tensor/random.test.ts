/** Random numbers on the device: the bits of the CPU reference, moments, and streams that do not overlap. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../src/runtime/device.js';
import { Generator } from '../../src/tensor/generator.js';
import { normalQuantiles, standardNormal } from '../../src/tensor/normal.js';
import { philox, seedKey } from '../../src/tensor/philox.js';
import { bernoulli, rand, randn } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';
import { openNarrowDevice } from '../setup/narrow-device.js';

let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
}, 60_000);
afterAll(() => device?.dispose());

/** Word `i` of a stream. */
function word(i: number, seed: number, offset: number): number {
  const block = offset + Math.floor(i / 4);
  return philox([block % 2 ** 32, Math.floor(block / 2 ** 32), 0, 0], seedKey(seed))[i % 4]!;
}

async function take(tensor: Tensor): Promise<Float32Array> {
  const data = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return data;
}

const bits = (data: Float32Array) => new Uint32Array(data.buffer, data.byteOffset, data.length);
const affine = (x: number, scale: number, shift: number) =>
  Math.fround(Math.fround(x * Math.fround(scale)) + Math.fround(shift));

const STREAMS = [
  { seed: 0, offset: 0 },
  { seed: 7, offset: 12345 },
  { seed: 2 ** 53 - 1, offset: 2 ** 32 - 3 },
];

describe.each(STREAMS)('stream $seed at $offset', ({ seed, offset }) => {
  const count = 4099;

  it('gives uniform numbers bit for bit', async () => {
    const expected = (scale: number, shift: number) =>
      Float32Array.from({ length: count }, (_, i) => affine((word(i, seed, offset) >>> 8) / 2 ** 24, scale, shift));
    const unit = await take(rand(device, [count], { seed, offset }));
    expect(bits(unit)).toEqual(bits(expected(1, 0)));
    const moved = await take(rand(device, [count], { seed, offset, low: -0.3, high: 0.7 }));
    expect(bits(moved)).toEqual(bits(expected(1, -0.3)));
    const small = await take(rand(device, [count], { seed, offset, low: 1 / 3, high: 0.4 }));
    expect(bits(small)).toEqual(bits(expected(0.4 - 1 / 3, 1 / 3)));
  });

  it('gives normal numbers bit for bit', async () => {
    const expected = (std: number, mean: number) =>
      Float32Array.from({ length: count }, (_, i) => affine(standardNormal(word(i, seed, offset)), std, mean));
    expect(bits(await take(randn(device, [count], { seed, offset })))).toEqual(bits(expected(1, 0)));
    const wide = await take(randn(device, [count], { seed, offset, mean: 0.1, std: 0.7 }));
    expect(bits(wide)).toEqual(bits(expected(0.7, 0.1)));
  });

  it('gives Bernoulli numbers bit for bit', async () => {
    const expected = Float32Array.from({ length: count }, (_, i) =>
      Number(word(i, seed, offset) >>> 8 < Math.round(0.3 * 2 ** 24)),
    );
    expect(await take(bernoulli(device, [count], { seed, offset, p: 0.3 }))).toEqual(expected);
  });
});

describe('moments', () => {
  const mean = (x: Float32Array, f: (v: number) => number = (v) => v) => x.reduce((s, v) => s + f(v), 0) / x.length;

  it('are those of the uniform distribution', async () => {
    const x = await take(rand(device, [1000, 1000], { seed: 1 }));
    expect(mean(x)).toBeCloseTo(0.5, 2);
    expect(mean(x, (v) => (v - 0.5) ** 2)).toBeCloseTo(1 / 12, 3);
    expect(x.every((v) => v >= 0 && v < 1)).toBe(true);
  });

  it('are those of the normal distribution', async () => {
    const x = await take(randn(device, [1000, 1000], { seed: 1 }));
    expect(mean(x)).toBeCloseTo(0, 2);
    expect(mean(x, (v) => v ** 2)).toBeCloseTo(1, 2);
    expect(mean(x, (v) => v ** 3)).toBeCloseTo(0, 1);
    expect(mean(x, (v) => v ** 4)).toBeCloseTo(3, 1);
    expect(mean(x, (v) => Number(Math.abs(v) < 1))).toBeCloseTo(0.6827, 2);
    expect(mean(x, (v) => Number(v > 3))).toBeCloseTo(0.00135, 3);
  });

  it('are those of the Bernoulli distribution', async () => {
    expect(mean(await take(bernoulli(device, [100_000], { seed: 3, p: 0.25 })))).toBeCloseTo(0.25, 2);
    expect(mean(await take(bernoulli(device, [999], { seed: 3, p: 0 })))).toBe(0);
    expect(mean(await take(bernoulli(device, [999], { seed: 3, p: 1 })))).toBe(1);
  });
});

describe('normal quantiles', () => {
  it('fall from the far tail to 0', () => {
    const table = normalQuantiles();
    expect(table.at(-1)).toBe(0);
    expect(table[0]! / 2 ** 20).toBeCloseTo(6.3379, 3);
    for (let i = 1; i < table.length; i++) expect(table[i]).toBeLessThanOrEqual(table[i - 1]!);
  });

  it('are the known ones', () => {
    // The upper quartile, and the upper 2.5 %.
    expect(standardNormal(2 ** 30)).toBeCloseTo(0.67449, 5);
    expect(standardNormal(Math.round(0.025 * 2 ** 32))).toBeCloseTo(1.959964, 4);
    expect(standardNormal(2 ** 31 + 2 ** 30)).toBeCloseTo(-0.67449, 5);
  });
});

describe('streams', () => {
  it('continue where the generator stands', async () => {
    const generator = new Generator(5);
    const first = await take(rand(device, [6], generator.take(6)));
    const second = await take(rand(device, [8], generator.take(8)));
    const both = await take(rand(device, [16], { seed: 5 }));
    expect([...first, ...both.slice(6, 8), ...second]).toEqual([...both]);
  });

  it('do not depend on how a tensor is cut for the binding limit', async () => {
    const narrow = await openNarrowDevice(16 * 1024);
    const cut = await take(randn(narrow, [5003], { seed: 9 }));
    expect(cut).toEqual(await take(randn(device, [5003], { seed: 9 })));
    narrow.dispose();
  }, 60_000);

  it('refuse what is no place or probability', () => {
    expect(() => rand(device, [2], { seed: -1 })).toThrow(/seed/);
    expect(() => rand(device, [2], { seed: 1, offset: 0.5 })).toThrow(/^rand: offset 0.5 is not a place/);
    expect(() => bernoulli(device, [2], { seed: 1, p: 1.5 })).toThrow(/^bernoulli: 1.5 is not a probability/);
  });

  it('a generator refuses bad seeds as Rng does, and the state of another seed', () => {
    expect(() => new Generator(-1)).toThrow(/^seed: -1 is not a whole number/);
    expect(() => new Generator(5).loadStateDict({ seed: 6, offset: 0 })).toThrow(/is of seed 6, .*; use seed 6$/);
  });
});
