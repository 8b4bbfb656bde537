/** Every ladder can be checked and timed; a wrong result has no time. */
import { describe, expect, test } from 'vitest';
import { LADDER_CASES } from '../../src/bench/ladder-cases.js';
import { copy, measureLimits, shareOfLimit } from '../../src/bench/roofline.js';
import { prepareCase, timeCase } from '../../src/bench/time-case.js';
import { rungsFor, timeRungs } from '../../src/bench/time-rungs.js';
import { ladders } from '../../src/ops/ladders.js';
import { empty, tensor } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';

const SMALL = 9;
const limits = { gbps: 10, gflops: 100 };

test('every ladder of the registry has cases', () => {
  expect(LADDER_CASES.map(({ ladder }) => ladder)).toEqual(ladders);
});

describe.each(LADDER_CASES)('$ladder.family', (cases) => {
  test('every rung that the device can run is right, and has a time', async () => {
    const device = await testDevice();
    const { ladder } = cases;
    const work = cases.work(SMALL);
    const rungs = rungsFor(device, ladder, work);
    const lines = await timeRungs(device, cases, work, cases.caseOf(work)!, rungs, { budgetMs: 0, samples: 1, limits });
    expect(lines.map(({ rung }) => rung)).toEqual(rungs.map(({ rung }) => rung));
    expect(lines.filter(({ ok }) => !ok)).toEqual([]);
    expect(lines.filter(({ chosen }) => chosen)).toHaveLength(1);
    for (const { error, ms, shareOfLimit: share } of lines) {
      expect(error).toBeLessThan(1e-4);
      expect(ms).toBeGreaterThan(0);
      expect(share).toBeGreaterThan(0);
    }
  });
});

test('a result that is off by a thousandth has no time', async () => {
  const [matmul] = LADDER_CASES;
  const prepared = prepareCase(matmul!.caseOf(matmul!.work(SMALL))!);
  const { y } = prepared.expected;
  const expected = { y: { ...y!, values: y!.values.map((value) => value * 1.001) } };
  const timed = await timeCase(await testDevice(), { ...prepared, expected }, { budgetMs: 0 });
  expect(timed).toMatchObject({ ok: false, problem: expect.stringMatching(/^y: \d+ of 81 samples wrong/) });
  expect(timed.error).toBeGreaterThan(5e-4);
});

test('what no case can say has none', () => {
  const [matmul, conv] = LADDER_CASES;
  expect(matmul!.caseOf({ ...(matmul!.work(SMALL) as object), batches: 2 } as never)).toBeNull();
  expect(conv!.caseOf({ ...(conv!.work(SMALL) as object), kernel: [3, 5] } as never)).toBeNull();
});

test.each([4, 252, 256, 260, 16_384, 16_388, 100_000])(
  'the copy that is the roof of bandwidth copies all of %i numbers',
  async (size) => {
    const device = await testDevice();
    const [x, y] = [
      tensor(
        device,
        Float32Array.from({ length: size }, (_, i) => i),
      ),
      empty(device, [size]),
    ];
    copy(x, y);
    expect(await y.data()).toEqual(await x.data());
    for (const each of [x, y]) each.dispose();
  },
);

test('the limit that binds is the one that takes longer', async () => {
  // 10 bytes at 10 GB/s take as long as 100 operations at 100 GFLOP/s: a nanosecond.
  expect(shareOfLimit({ bytes: 10, flops: 50 }, 2e-6, limits)).toEqual({ shareOfLimit: 0.5, bound: 'memory' });
  expect(shareOfLimit({ bytes: 10, flops: 400 }, 8e-6, limits)).toEqual({ shareOfLimit: 0.5, bound: 'arithmetic' });
  const measured = await measureLimits(await testDevice(), 0);
  expect(measured.gbps).toBeGreaterThan(0.01);
  expect(measured.gflops).toBeGreaterThan(0.01);
});
