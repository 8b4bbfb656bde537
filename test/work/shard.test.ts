/** Parts of a list: how they are cut, typed, and found in the environment of a scheduler. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShard, shardRange } from '../../src/work/shard.js';
import { shardFromEnvironment } from '../../src/work/shard-environment.js';

test('the shards of a list cover it once, in order, in whole units, and are of one size but for a unit', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 64 }),
      (length, count, unit) => {
        const ranges = Array.from({ length: count }, (_, i) => shardRange(length, { index: i + 1, count }, unit));
        expect(ranges[0]!.from).toBe(0);
        expect(ranges.at(-1)!.to).toBe(length);
        for (const [i, { from, to }] of ranges.entries()) {
          expect(to).toBeGreaterThanOrEqual(from);
          if (i > 0) expect(from).toBe(ranges[i - 1]!.to);
          if (from < length) expect(from % unit).toBe(0);
        }
        const units = ranges.map(({ from, to }) => Math.ceil((to - from) / unit));
        expect(Math.max(...units) - Math.min(...units)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('shards as they are typed', () => {
  expect(parseShard('2/7')).toEqual({ index: 2, count: 7 });
  expect(parseShard('1/1')).toEqual({ index: 1, count: 1 });
  for (const text of ['0/4', '5/4', '1/0', '1', '1/4/2', '-1/4', '1.5/4', ' 1/4', 'a/b', '1/9999999', '']) {
    expect(() => parseShard(text), text).toThrow(/is not i\/n .* give such as 1\/4$/);
  }
});

describe('the environment of a scheduler', () => {
  const slurm = (id: number, min: number, max: number, count: number, more = {}) =>
    shardFromEnvironment({
      ...{ SLURM_ARRAY_JOB_ID: '77', SLURM_ARRAY_TASK_ID: `${id}`, SLURM_ARRAY_TASK_MIN: `${min}` },
      ...{ SLURM_ARRAY_TASK_MAX: `${max}`, SLURM_ARRAY_TASK_COUNT: `${count}`, ...more },
    });

  test('nothing outside of one', () => expect(shardFromEnvironment({ PATH: '/bin' })).toBeNull());

  test('a Slurm array, from any number on and in steps', () => {
    expect(slurm(3, 1, 8, 8)).toEqual({ shard: { index: 3, count: 8 }, source: 'task 3 of the Slurm array 77' });
    expect(slurm(0, 0, 3, 4)?.shard).toEqual({ index: 1, count: 4 });
    expect(slurm(20, 10, 30, 3, { SLURM_ARRAY_TASK_STEP: '10' })?.shard).toEqual({ index: 2, count: 3 });
  });

  test('an array that is no whole range, as when failed tasks run again, needs the number of shards', () => {
    expect(() => slurm(5, 3, 5, 2)).toThrow(/tasks 3 to 5 are 2 and no whole range; set SPPGPU_SHARDS/);
    expect(slurm(5, 3, 5, 2, { SPPGPU_SHARDS: '8' })?.shard).toEqual({ index: 5, count: 8 });
    expect(slurm(5, 5, 5, 1, { SPPGPU_SHARDS: '8' })?.shard).toEqual({ index: 5, count: 8 });
    expect(() => slurm(9, 9, 9, 1, { SPPGPU_SHARDS: '8' })).toThrow(/is not one of the 8 shards of SPPGPU_SHARDS/);
    expect(() => slurm(1, 1, 2, 2, { SLURM_ARRAY_TASK_COUNT: 'x' })).toThrow(/^SLURM_ARRAY_TASK_COUNT: "?x"? is not a/);
  });

  test('an indexed job of Kubernetes, counted from 0, with the number from its template', () => {
    const pod = (index: string, shards?: string) =>
      shardFromEnvironment({ JOB_COMPLETION_INDEX: index, ...(shards !== undefined && { SPPGPU_SHARDS: shards }) });
    expect(pod('0', '4')).toEqual({ shard: { index: 1, count: 4 }, source: 'index 0 of the Kubernetes job' });
    expect(pod('3', '4')?.shard).toEqual({ index: 4, count: 4 });
    expect(() => pod('4', '4')).toThrow(/is not one of the 4 shards/);
    expect(() => pod('1')).toThrow(/nothing says how many there are; set SPPGPU_SHARDS/);
  });
});
