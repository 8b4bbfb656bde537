/** Local SGD: replicas train on parts of every batch and are averaged; exact in any order, after any kill, and equal to one machine where it must be. */
import { describe, expect, test } from 'vitest';
import { warpView } from '../../src/data/augment.js';
import { datasetOf, type ImageEntry } from '../../src/data/dataset.js';
import { ImageLoader } from '../../src/data/loader.js';
import { checkpointInfo } from '../../src/models/checkpoint-info.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { preparePictures } from '../../src/ops/prepare-pictures.js';
import { OneCycleLR } from '../../src/optim/one-cycle-lr.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import { MultiStepLR } from '../../src/optim/schedules.js';
import { SGD } from '../../src/optim/sgd.js';
import { Rng } from '../../src/tensor/rng.js';
import { averageReplicas } from '../../src/train/replicas/average.js';
import { nextSpan, Replica } from '../../src/train/replicas/replica.js';
import type { ReplicaState } from '../../src/train/replicas/replica-state.js';
import { MemoryStore } from '../../src/train/run-store.js';
import { runSessionIn } from '../../src/train/session.js';
import type { ReplicaRounds, SessionSettings } from '../../src/train/session-settings.js';
import { testDevice } from '../setup/device.js';

const CLASSES = ['a', 'b', 'c'];
/** 22 pictures: with batches of 12 the second has 10, of which three parts of 4 get 4, 4 and 2. */
const pictures = datasetOf(
  'noise',
  CLASSES,
  Array.from({ length: 22 }, (_, i): ImageEntry => ({ id: `${i}`, label: i % 3 })),
  (i) => {
    const rng = new Rng(3, [i, 0, 0]);
    return { width: 20, height: 20, data: Uint8Array.from({ length: 1200 }, () => rng.int(256)) };
  },
);

interface Case {
  readonly dropout?: number;
  readonly microBatch?: number;
  readonly batchPart?: { readonly index: number; readonly count: number };
}

async function settings({ dropout = 0, microBatch, batchPart }: Case = {}): Promise<SessionSettings> {
  const device = await testDevice();
  const architecture = buildArchitecture('small', { classes: 3, inputChannels: 3, width: 0.25, hidden: 16, dropout });
  return {
    ...{ device, architecture, classes: CLASSES, epochs: 2, seed: 1, resume: true },
    loader: new ImageLoader(pictures, { batchSize: 12, seed: 1, ...(batchPart && { batchPart }) }),
    prepare: (items, size) =>
      preparePictures(
        device,
        items.map(({ image }) => image),
        items.map(({ image }) => warpView(image.width, image.height, size)),
        architecture.input,
      ),
    sizes: { kind: 'single', size: 28 },
    optimizer: (groups) => new SGD(groups, { lr: 0.02, momentum: 0.9, weightDecay: 1e-3 }),
    schedule: (optimizer) => new MultiStepLR(optimizer, [1]),
    warmup: 2,
    ...(microBatch !== undefined && { microBatch }),
  };
}

/** Replicas in this process, that train one after the other in the given order. */
function replicas(
  store: MemoryStore,
  order: readonly number[],
  steps: number,
  about: Case = {},
  more: Partial<SessionSettings> = {},
): ReplicaRounds {
  const count = order.length;
  return {
    steps,
    run: async (span, signal) => {
      const checkpoint = store.checkpoint!;
      const states: ReplicaState[] = [];
      for (const index of order) {
        const replica = new Replica({ ...(await settings({ ...about, batchPart: { index, count } })), ...more }, index);
        expect(nextSpan(checkpointInfo(checkpoint.metadata, 'x'), steps, 2)).toEqual(span);
        states[index - 1] = await replica.train(checkpoint, 'x', span, signal);
        replica.dispose();
      }
      return averageReplicas(states);
    },
  };
}

async function trained(
  make: (store: MemoryStore) => Partial<SessionSettings>,
  about: Case = {},
  store = new MemoryStore(),
): Promise<MemoryStore> {
  const { network } = await runSessionIn(store, { ...(await settings(about)), ...make(store) });
  network.dispose();
  return store;
}

const valuesOf = ({ checkpoint }: MemoryStore) =>
  [...checkpoint!.tensors].map(([name, { data }]) => [name, [...data]] as const);
const infoOf = ({ checkpoint }: MemoryStore) => {
  const { optimizer, schedule, generator, position, run } = checkpointInfo(checkpoint!.metadata, 'x');
  const history = (run.history as Record<string, number>[]).map(({ loss, top1, examples, lr }) => [
    loss,
    top1,
    examples,
    lr,
  ]);
  return { optimizer, schedule, generator, position, history };
};

test.each([1, 5])('one replica, averaged every %i steps, ends in the bits of a run without', async (steps) => {
  const about = { dropout: 0.5 };
  const alone = await trained(() => ({}), about);
  const one = await trained((store) => ({ replicas: replicas(store, [1], steps, about) }), about);
  expect(valuesOf(one)).toEqual(valuesOf(alone));
  expect(infoOf(one)).toEqual(infoOf(alone));
});

test('a schedule that counts steps counts those of the replicas', async () => {
  const byStep = {
    scheduleBy: 'step' as const,
    schedule: (optimizer: Optimizer) => new OneCycleLR(optimizer, { maxLr: 0.02, steps: 4 }),
  };
  const alone = await trained(() => byStep);
  const one = await trained((store) => ({ ...byStep, replicas: replicas(store, [1], 1, {}, byStep) }));
  expect(infoOf(one)).toEqual(infoOf(alone));
  expect(valuesOf(one)).toEqual(valuesOf(alone));
});

test('one step between averages is gradient averaging: weights and momentum of one machine, short batches too', async () => {
  const alone = await trained(() => ({}), { microBatch: 4 });
  const three = await trained((store) => ({ replicas: replicas(store, [1, 2, 3], 1) }));
  const values = new Map(valuesOf(three));
  let largest = 0;
  for (const [name, wanted] of valuesOf(alone)) {
    const found = values.get(name)!;
    const scale = Math.max(...wanted.map(Math.abs));
    for (const [i, value] of wanted.entries()) largest = Math.max(largest, Math.abs(value - found[i]!) / scale);
  }
  expect(largest).toBeLessThan(1e-5);
  const [one, other] = [infoOf(alone), infoOf(three)];
  expect({ ...other, history: 0 }).toEqual({ ...one, history: 0 });
  for (const [i, record] of one.history.entries()) {
    for (const [j, value] of record.entries()) expect(other.history[i]![j]).toBeCloseTo(value!, 4);
  }
  // Not so with more steps: the replicas go apart in between.
  const apart = new Map(valuesOf(await trained((store) => ({ replicas: replicas(store, [1, 2, 3], 2) }))));
  expect(
    valuesOf(three).some(([name, data]) => data.some((value, i) => Math.abs(value - apart.get(name)![i]!) > 1e-4)),
  ).toBe(true);
});

describe('three replicas, two steps each', () => {
  const about = { dropout: 0.5 };
  const straight = () => trained((store) => ({ replicas: replicas(store, [1, 2, 3], 2, about) }), about);

  test('the same bits in whatever order they train', async () => {
    const other = await trained((store) => ({ replicas: replicas(store, [3, 1, 2], 2, about) }), about);
    expect(valuesOf(other)).toEqual(valuesOf(await straight()));
  });

  test('the same bits when every round fails once and the run goes on from its checkpoint', async () => {
    const store = new MemoryStore();
    let rounds = 0;
    for (let failed = true; failed; ) {
      failed = false;
      const own = replicas(store, [1, 2, 3], 1, about);
      const run: ReplicaRounds['run'] = async (span, signal) => {
        const average = await own.run(span, signal);
        if (rounds++ % 2 === 0) throw new Error('killed');
        return average;
      };
      await trained(() => ({ replicas: { steps: 1, run } }), about, store).catch((error: Error) => {
        expect(error.message).toBe('killed');
        failed = true;
      });
    }
    expect(rounds).toBe(2 * 4);
    const whole = await trained((own) => ({ replicas: replicas(own, [1, 2, 3], 1, about) }), about);
    expect(valuesOf(store)).toEqual(valuesOf(whole));
    expect(infoOf(store)).toEqual(infoOf(whole));
  });
});

test('the average: by pictures, in order; replicas without one do not count; steps go on from the furthest', () => {
  const state = (value: number, examples: number, steps: number): ReplicaState => ({
    tensors: new Map([['model.w', { shape: [2], data: Float32Array.of(value, 0.1) }]]),
    ...{ numbers: { steps, lr: 0.5 }, offset: steps, sums: { examples, loss: examples, top1: 1 }, unreadable: [] },
  });
  const empty = { ...state(0, 0, 9), tensors: new Map() };
  const average = averageReplicas([state(1, 3, 2), empty, state(5, 1, 1)]);
  expect([...average.tensors.get('model.w')!.data]).toEqual([2, Math.fround(0.1)]);
  expect(average).toMatchObject({ numbers: { steps: 2, lr: 0.5 }, offset: 9, sums: { examples: 4, loss: 4, top1: 3 } });
  expect(averageReplicas([empty, empty]).sums.examples).toBe(0);
  const other = { ...state(1, 1, 1), tensors: new Map([['model.v', { shape: [1], data: Float32Array.of(1) }]]) };
  expect(() => averageReplicas([state(1, 1, 1), other])).toThrow('replicas: model.w is not in all of them');
});
