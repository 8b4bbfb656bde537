/** A recipe with no file anywhere: what a page does. Runs on the device of the tests. */
import { expect, test } from 'vitest';
import { datasetOf } from '../../src/data/dataset.js';
import { ImageLoader } from '../../src/data/loader.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { fromGrey } from '../../src/picture/picture.js';
import { measuredPreparation } from '../../src/train/preparation.js';
import { PAPER_RECIPE, type Recipe } from '../../src/train/recipe.js';
import { recipeLoader, recipeSession } from '../../src/train/recipe-session.js';
import { MemoryStore } from '../../src/train/run-store.js';
import { runSessionIn } from '../../src/train/session.js';
import type { SessionSettings } from '../../src/train/session-settings.js';
import type { TrainingScores } from '../../src/train/task.js';
import { testDevice } from '../setup/device.js';

/** Squares that are bright on the left or on the right, with noise. */
const pictures = datasetOf(
  'halves',
  ['left', 'right'],
  Array.from({ length: 24 }, (_, i) => ({ id: `${i}`, label: i % 2 })),
  (index) =>
    fromGrey(
      Uint8Array.from(
        { length: 32 * 32 },
        (_, at) => (at % 32 < 16 === (index % 2 === 0) ? 200 : 40) + ((at * (index + 7)) % 31),
      ),
      32,
      32,
    ),
);
const architecture = buildArchitecture('small', { classes: 2, inputSize: 28, pyramid: [1, 2], dropout: 0.1 });
const recipe: Recipe = {
  ...{ ...PAPER_RECIPE, epochs: 3, batchSize: 8, optimizer: 'adamw', lr: 0.003, sizes: '28,34' },
  ...{ flip: false, mean: 'image', pca: true, cosine: 3, warmup: 2, seed: 5 },
};

async function train(
  store: MemoryStore,
  more: Partial<SessionSettings<TrainingScores>> = {},
  changed: Partial<Recipe> = {},
) {
  const device = await testDevice();
  const own = { ...recipe, ...changed };
  const loader = recipeLoader(own, pictures);
  const inOrder = new ImageLoader(pictures, { batchSize: 12, seed: 0, shuffle: false });
  const preparation = await measuredPreparation(device, own, inOrder, architecture.input);
  const heldOut = () => new ImageLoader(pictures, { batchSize: 12, seed: 0, shuffle: false });
  const session = recipeSession({ device, architecture, recipe: own, loader, preparation, heldOut });
  const result = await runSessionIn(store, { ...session, ...more });
  result.network.dispose();
  return result;
}

const weightsOf = ({ checkpoint }: MemoryStore) =>
  [...checkpoint!.tensors].map(([name, { data }]) => [name, new Uint8Array(data.buffer)]);

test('learns, judges every epoch, and goes on from memory to the same bits', async () => {
  const whole = new MemoryStore();
  const { history, finished } = await train(whole);
  expect(finished).toBe(true);
  expect(history.map(({ size }) => size)).toEqual([28, 34, 28]);
  expect(history.at(-1)).toMatchObject({ top1: expect.any(Number), validationTop1: 1 });
  expect([...whole.checkpoint!.tensors.keys()]).toContain('data.mean');

  const stopped = new MemoryStore();
  const abort = new AbortController();
  const onStep = ({ epoch, step }: { epoch: number; step: number }) => {
    if (epoch === 1 && step >= 1) abort.abort();
  };
  expect((await train(stopped, { signal: abort.signal, onStep })).finished).toBe(false);
  const resumed = new MemoryStore(stopped.checkpoint);
  const again = await train(resumed, { resume: true });
  expect(again.history.map(({ loss }) => loss)).toEqual(history.map(({ loss }) => loss));
  expect(weightsOf(resumed)).toEqual(weightsOf(whole));
});

test('one cycle goes step by step, with smoothed labels, and on from memory to the same bits', async () => {
  const { cosine: _, warmup: __, ...rest } = recipe;
  const cycle: Recipe = { ...rest, oneCycle: 0.4, labelSmoothing: 0.2 };
  const run = async (store: MemoryStore, more: Partial<SessionSettings<TrainingScores>> = {}) => {
    const loader = recipeLoader(cycle, pictures);
    const session = recipeSession({ device: await testDevice(), architecture, recipe: cycle, loader });
    const result = await runSessionIn(store, { ...session, ...more });
    result.network.dispose();
    return result;
  };
  const whole = new MemoryStore();
  const { history } = await run(whole);
  // 9 steps: up to the 2.6th, and down from there. An epoch's record has the rate that its last step leaves.
  const rate = (step: number) => 0.0015 * (1 + Math.cos((Math.PI * Math.min(5.4, step - 2.6)) / 5.4));
  expect(history.map(({ lr }) => lr)).toEqual([3, 6, 9].map((step) => expect.closeTo(rate(step), 6)));
  // Being certain of the right one of two classes costs more with smoothed labels than this floor.
  const floor = -0.9 * Math.log(0.9) - 0.1 * Math.log(0.1);
  expect(history.at(-1)!.loss).toBeGreaterThan(floor);
  expect(history.at(-1)!.top1).toBeGreaterThan(0.9);

  const stopped = new MemoryStore();
  const abort = new AbortController();
  const onStep = ({ epoch, step }: { epoch: number; step: number }) => {
    if (epoch === 1 && step >= 1) abort.abort();
  };
  expect((await run(stopped, { signal: abort.signal, onStep })).finished).toBe(false);
  const resumed = new MemoryStore(stopped.checkpoint);
  expect((await run(resumed, { resume: true })).history.map(({ lr }) => lr)).toEqual(history.map(({ lr }) => lr));
  expect(weightsOf(resumed)).toEqual(weightsOf(whole));
});

test('labels of several classes are not smoothed', async () => {
  const several = datasetOf('two', ['a', 'b'], [{ id: '0', label: 0, labels: [1, -1] }], () =>
    fromGrey(new Uint8Array(1024), 32, 32),
  );
  const own = { ...recipe, labelSmoothing: 0.1 };
  const loader = recipeLoader(own, several);
  const device = await testDevice();
  expect(() => recipeSession({ device, architecture, recipe: own, loader })).toThrow(
    /labels are smoothed where .* one class/,
  );
});

test('a checkpoint of another network is refused by the name of its store', async () => {
  const store = new MemoryStore(null, 'my run');
  await train(store, {}, { epochs: 1 });
  const other = buildArchitecture('small', { classes: 2, inputSize: 28, pyramid: [1, 2, 4], dropout: 0.1 });
  await expect(train(store, { resume: true, architecture: other })).rejects.toThrow(
    /^my run: holds a small with other options/,
  );
});
