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

test('a checkpoint of another network is refused by the name of its store', async () => {
  const store = new MemoryStore(null, 'my run');
  await train(store, {}, { epochs: 1 });
  const other = buildArchitecture('small', { classes: 2, inputSize: 28, pyramid: [1, 2, 4], dropout: 0.1 });
  await expect(train(store, { resume: true, architecture: other })).rejects.toThrow(
    /^my run: holds a small with other options/,
  );
});
