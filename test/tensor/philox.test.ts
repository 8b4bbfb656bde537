import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PhiloxCounter, type PhiloxKey, philox } from '../../src/tensor/philox.js';
import { Rng } from '../../src/tensor/rng.js';

/** Known answers of the Random123 library (kat_vectors, philox4x32 with 10 rounds). */
const KNOWN: [PhiloxCounter, PhiloxKey, number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

describe('philox', () => {
  it('gives the known answers of Random123', () => {
    for (const [counter, key, words] of KNOWN) expect([...philox(counter, key)]).toEqual(words);
  });
});

describe('Rng', () => {
  it('continues exactly from a stored state', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 40 }), (seed, drawn) => {
        const rng = new Rng(seed, [1, 2, 3]);
        for (let i = 0; i < drawn; i++) rng.nextU32();
        const copy = new Rng(0);
        copy.loadStateDict(JSON.parse(JSON.stringify(rng.stateDict())));
        for (let i = 0; i < 9; i++) expect(copy.nextU32()).toBe(rng.nextU32());
      }),
    );
  });

  it('keeps seeds and streams apart', () => {
    const firsts = [new Rng(1), new Rng(2), new Rng(2 ** 32 + 1), new Rng(1, [1, 0, 0]), new Rng(1, [0, 1, 0])];
    expect(new Set(firsts.map((rng) => rng.nextU32())).size).toBe(firsts.length);
  });

  it('has the moments of its distributions', () => {
    const rng = new Rng(7);
    const uniform = Float64Array.from({ length: 20000 }, () => rng.uniform());
    const normal = Float64Array.from({ length: 20000 }, () => rng.normal(2, 3));
    const mean = (x: Float64Array) => x.reduce((sum, v) => sum + v, 0) / x.length;
    const deviation = (x: Float64Array, centre = mean(x)) => Math.sqrt(mean(x.map((v) => (v - centre) ** 2)));
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(mean(normal)).toBeCloseTo(2, 1);
    expect(deviation(normal)).toBeCloseTo(3, 1);
  });

  it('draws whole numbers below the bound and permutes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        expect(new Rng(seed).int(bound)).toBeLessThan(bound);
      }),
    );
    const shuffled = new Rng(3).shuffle(Array.from({ length: 100 }, (_, i) => i));
    expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(shuffled).not.toEqual([...shuffled].sort((a, b) => a - b));
  });

  it('refuses seeds and bounds that are not a whole numbers in range', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => new Rng(seed)).toThrow(/^seed: .*; pass/);
    for (const bound of [0, 1.5, 2 ** 32 + 1]) expect(() => new Rng(1).int(bound)).toThrow(/^int: bound .*; pass/);
  });
});
