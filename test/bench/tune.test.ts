/** The tuner: finds the work of a network, checks and times every candidate, and ops then follow its table. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LADDER_CASES } from '../../src/bench/ladder-cases.js';
import { runOnce, tuneWork, WorkLog } from '../../src/bench/tune.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { availableRungs } from '../../src/ops/ladder.js';
import { matmul } from '../../src/ops/matmul.js';
import type { Device } from '../../src/runtime/device.js';
import { type TuningQuestion, TuningTable } from '../../src/runtime/tuning.js';
import { Generator } from '../../src/tensor/generator.js';
import { randn } from '../../src/tensor/random.js';
import { openTestDevice } from '../setup/device.js';

const log = new WorkLog();
let device: Device;
let network: Network;

beforeAll(async () => {
  device = await openTestDevice({ tuning: log });
  network = new Network(buildArchitecture('digits'), { device, generator: new Generator(1) });
});
afterAll(() => device.dispose());

const families = (questions: readonly TuningQuestion[]) => new Set(questions.map(({ family }) => family));

test('a forward pass has the work of its layers, a step of training that of the gradients, too; nothing is left behind', async () => {
  await runOnce(network.eval(), device, { picture: [1, 32, 32], batch: 2, training: false });
  expect(families(log.list())).toEqual(new Set(['conv2d', 'spatialPyramidPool', 'matmul']));
  const { liveBytes } = device.statistics.pool;
  await runOnce(network, device, { picture: [1, 32, 32], batch: 2, training: true });
  expect(families(log.list()).size).toBeGreaterThan(6);
  expect(device.statistics.pool.liveBytes).toBe(liveBytes);
  const buckets = log.list().map(({ family, bucket }) => `${family} ${bucket}`);
  expect(new Set(buckets).size).toBe(buckets.length);
});

test('every rung that can do the work becomes a candidate, and the fastest right one is the choice', async () => {
  const question = log.list().find(({ family }) => family === 'matmul')!;
  // A busy machine compiles slowly, and no rung is to be given up here.
  const patience = () => Number.POSITIVE_INFINITY;
  const entry = (await tuneWork(device, question, { budgetMs: 0, patience }))!;
  const { ladder } = LADDER_CASES.find(({ ladder: { family } }) => family === 'matmul')!;
  expect(entry.candidates.map(({ rung }) => rung).sort()).toEqual(availableRungs(device, ladder).sort());
  expect(entry.candidates.filter(({ ok }) => !ok)).toEqual([]);
  const best = Math.min(...entry.candidates.map(({ ms }) => ms!));
  expect(entry.candidates.find(({ rung }) => rung === entry.rung)!.ms).toBe(best);
  expect(entry).toMatchObject({ family: 'matmul', bucket: question.bucket, device: device.info.name });
});

test('work that no case can say is left to the rules', async () => {
  const question = log.list().find(({ family }) => family === 'matmul')!;
  const skipped: string[] = [];
  const batched = { ...question, work: { ...(question.work as object), batches: 2 } };
  const onSkip = (_: TuningQuestion, why: string) => void skipped.push(why);
  expect(await tuneWork(device, batched, { budgetMs: 0, onSkip })).toBeNull();
  expect(skipped).toEqual(['no benchmark case can say this work']);
});

test('a device with a table takes its choice: the same bits as the rung by name', async () => {
  const question = log.list().find(({ family }) => family === 'matmul')!;
  const { batches, rows, inner, columns, transposed } = question.work as Record<string, number> & {
    transposed: string;
  };
  expect([batches, transposed]).toEqual([1, 'b']);
  const entry = (await tuneWork(device, question, { budgetMs: 0 }))!;
  const tuned = await openTestDevice({ tuning: new TuningTable([{ ...entry, rung: 'naive' }]) });
  try {
    const product = async (where: Device, options: object) => {
      const [a, b] = [randn(where, [rows!, inner!], { seed: 1 }), randn(where, [columns!, inner!], { seed: 2 })];
      return (await matmul(a, b, { transposeB: true, ...options }).data()).slice();
    };
    const naive = await product(device, { algorithm: 'naive' });
    expect(await product(tuned, {})).toEqual(naive);
    expect(await product(device, {})).not.toEqual(naive);
  } finally {
    tuned.dispose();
  }
});
