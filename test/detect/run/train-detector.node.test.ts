import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergeShards } from '../../../src/cli/sharding/merge-shards.js';
import { version } from '../../../src/cli/version.js';
import { datasetOf, type ImageDataset } from '../../../src/data/dataset.js';
import { evaluateDetections } from '../../../src/detect/evaluation/evaluate-detections.js';
import { openDetector } from '../../../src/detect/open-detector.node.js';
import { slidingWindows } from '../../../src/detect/proposals/sliding-windows.js';
import { openBackbone, tunedArchitecture } from '../../../src/detect/run/backbone.js';
import { dataIdentity } from '../../../src/detect/run/data-identity.node.js';
import { featureItems, trainFeatures } from '../../../src/detect/run/feature-shard.node.js';
import { RunFolder } from '../../../src/detect/run/run-folder.node.js';
import type { DetectorRecipe, RunEvents, RunStage } from '../../../src/detect/run/settings.js';
import { type DetectorTraining, trainDetector } from '../../../src/detect/run/train-detector.node.js';
import { serializeSafetensors } from '../../../src/io/safetensors.js';
import { fileInMemory } from '../../../src/models/file-in-memory.js';
import { Network } from '../../../src/models/network.js';
import { buildArchitecture } from '../../../src/models/registry.js';
import type { Device } from '../../../src/runtime/device.js';
import { Generator } from '../../../src/tensor/generator.js';
import { openShards } from '../../../src/work/shard-set.node.js';
import { ShardTask } from '../../../src/work/shard-task.node.js';
import { tempFolder } from '../../io/temp-folder.js';
import { openTestDevice, testDevice } from '../../setup/device.js';
import { folderHashes } from '../../setup/folder-hashes.js';
import { scene, sceneSet } from '../scenes.js';

const backbone = buildArchitecture('small', { inputChannels: 3, classes: 2, width: 0.5, hidden: 32 });

const RECIPE: DetectorRecipe = {
  layer: 'fc4',
  windows: { scales: [96], scaleRule: 'paper', projection: 'inside' },
  tuning: {
    schedule: [
      { lr: 0.02, steps: 60 },
      { lr: 0.002, steps: 20 },
    ],
    scales: 'random',
    flips: true,
    validateEvery: 20,
  },
  mining: { c: 0.01, positiveWeight: 2, biasFeature: 10, nearCopies: 0.7, maxBytes: 2 ** 26 },
  regression: { lambda: 1000, minIou: 0.5, maxBytes: 2 ** 26 },
  proposals: { method: 'sliding' },
  seed: 3,
};

/** Weights of convolutions that nothing has trained: edges of all kinds, enough for scenes. */
async function backboneFile(device: Device) {
  const network = new Network(backbone, { device, generator: new Generator(9) });
  const state = await Promise.all(
    [...network.stateDict()].map(
      async ([name, tensor]) =>
        [name, { shape: [...tensor.shape], data: (await tensor.data()) as Float32Array<ArrayBuffer> }] as const,
    ),
  );
  network.dispose();
  return fileInMemory(serializeSafetensors(state), 'backbone');
}

interface Interruption {
  readonly stage: RunStage;
  readonly done: number;
}

/** What a training in a folder is made of, for as long as `work` takes. */
async function withTraining<T>(
  path: string,
  recipe: DetectorRecipe,
  signal: AbortSignal,
  work: (training: DetectorTraining) => Promise<T>,
  given: { readonly device?: Device; readonly data?: ImageDataset } = {},
): Promise<T> {
  const { device = await testDevice(), data = sceneSet(10) } = given;
  const folder = await RunFolder.open(path, { recipe, backbone: 'test', data: dataIdentity(data) });
  const generator = new Generator(recipe.seed);
  const tuned = recipe.tuning !== null;
  const architecture = tuned ? tunedArchitecture(backbone, { classes: 2, hidden: 32, levels: [1, 2] }) : backbone;
  const { network, preparation } = await openBackbone(
    await backboneFile(device),
    device,
    architecture,
    tuned,
    generator,
  );
  try {
    return await work({
      ...{ folder, recipe, network, generator, preparation, data, val: null, freshHead: true, signal },
      propose: async (_, picture) => slidingWindows(picture, { sizes: [0.6, 0.4, 0.3], aspects: [1], step: 0.3 }),
      proposing: 2,
      maps: { maxBytes: 2 ** 26, dtype: 'F32', keep: false },
      // Saves nothing in between: what is kept is kept for the sake of the interruption.
      saveEvery: 1e9,
    });
  } finally {
    network.dispose();
  }
}

/** Runs the training once; with an interruption it ends there as Ctrl-C ends it. */
async function train(
  path: string,
  recipe: DetectorRecipe = RECIPE,
  stop?: Interruption,
  events: RunEvents = {},
  given: Parameters<typeof withTraining>[4] = {},
): Promise<string[]> {
  const controller = new AbortController();
  const notes: string[] = [];
  const work = (training: DetectorTraining) =>
    trainDetector(training, {
      ...events,
      onNote: (line) => notes.push(line),
      onProgress: (stage, done) => {
        if (stop && stage === stop.stage && done === stop.done) controller.abort(new Error('stop'));
      },
    });
  await withTraining(path, recipe, controller.signal, work, given);
  return notes;
}

/** Mean average precision of a detector on scenes that it has not seen. */
async function precisionOf(file: string): Promise<number> {
  const detector = await openDetector(file, await testDevice());
  const judged = [];
  for (let seed = 100; seed < 112; seed++) {
    const { picture, objects } = scene(seed);
    const windows = slidingWindows(picture, { sizes: [0.6, 0.4, 0.3], aspects: [1], step: 0.3 });
    const { detections, seconds, windows: count } = await detector.detect(picture, windows);
    expect(count).toBe(windows.length / 4);
    expect(Object.keys(seconds)).toEqual(['proposals', 'conv', 'pool', 'fc', 'svm', 'nms']);
    judged.push({ objects, detections });
  }
  detector.dispose();
  return evaluateDetections(judged, 2).map11;
}

describe('the training of a detector', () => {
  it('finds what it was trained on in pictures that it has not seen, and ends in the same files however often it is stopped', async () => {
    const whole = tempFolder();
    await train(whole);
    const expected = folderHashes(whole);
    expect(Object.keys(expected).filter((name) => !name.startsWith('proposals/'))).toEqual([
      'detector.safetensors',
      'head.json',
      'head.safetensors',
      'maps.json',
      'norm.json',
      'regression.json',
      'regression.safetensors',
      'run.json',
      'svm.json',
      'svm.safetensors',
    ]);
    const broken = tempFolder();
    for (const [stage, done] of [
      ['proposals', 4],
      ['maps', 5],
      ['tuning', 7],
      ['tuning', 55],
      ['norm', 3],
      ['svm', 6],
      ['svm', 14],
      ['regression', 5],
    ] as const) {
      await expect(train(broken, RECIPE, { stage, done })).rejects.toThrow('stop');
      expect(existsSync(join(broken, 'detector.safetensors'))).toBe(false);
    }
    await train(broken);
    expect(folderHashes(broken)).toEqual(expected);

    expect(await precisionOf(join(whole, 'detector.safetensors'))).toBeGreaterThan(0.7);
  });

  it('works with pooled vectors of the net as it is, without tuning and regression', async () => {
    const folder = tempFolder();
    await train(folder, { ...RECIPE, layer: 'spp', tuning: null, regression: null });
    expect(existsSync(join(folder, 'head.safetensors'))).toBe(false);
    expect(await precisionOf(join(folder, 'detector.safetensors'))).toBeGreaterThan(0.5);
  });

  it('trains R-CNN through the same stages, on windows that are warped one by one', async () => {
    const folder = tempFolder();
    await train(folder, { ...RECIPE, rcnn: true, layer: 'spp', tuning: null });
    expect(existsSync(join(folder, 'maps.json'))).toBe(false);
    const file = join(folder, 'detector.safetensors');
    const detector = await openDetector(file, await testDevice());
    expect(detector.source.settings).toEqual({ kind: 'warped', context: 2 });
    detector.dispose();
    expect(await precisionOf(file)).toBeGreaterThan(0.5);
  });

  it('leaves out a picture whose maps are beyond a limit of the device, by name, and so does a run that was stopped', async () => {
    const device = await openTestDevice({ maxBindingBytes: 2 ** 20 });
    const scenes = sceneSet(6);
    const entries = Array.from({ length: 7 }, (_, i) => (i < 6 ? scenes.entry(i) : { ...scenes.entry(0), id: 'long' }));
    const long = { width: 6400, height: 64, data: new Uint8Array(6400 * 64 * 3).fill(90) };
    const data = datasetOf('scenes', scenes.classes, entries, async (i) =>
      i < 6 ? (await scenes.item(i)).image : long,
    );
    const recipe = { ...RECIPE, layer: 'spp' as const, tuning: null };
    const [whole, broken] = [tempFolder(), tempFolder()];
    const notes = await train(whole, recipe, undefined, {}, { device, data });
    expect(notes.filter((line) => line.endsWith('left out'))).toEqual([
      expect.stringMatching(/^long: .*binding limit/),
    ]);
    await expect(train(broken, recipe, { stage: 'svm', done: 3 }, {}, { device, data })).rejects.toThrow('stop');
    expect(await train(broken, recipe, undefined, {}, { device, data })).toEqual(notes);
    expect(folderHashes(broken)).toEqual(folderHashes(whole));
    device.dispose();
  });

  it('does what is done once, and refuses a folder of another run in one line', async () => {
    const path = tempFolder();
    const recipe = { ...RECIPE, layer: 'spp', tuning: null, regression: null };
    await train(path, recipe);
    const stages: (readonly [RunStage, boolean])[] = [];
    await train(path, recipe, undefined, { onStage: (stage, known) => stages.push([stage, known]) });
    expect(stages.every(([, known]) => known)).toBe(true);
    const other = { ...recipe, mining: { ...recipe.mining, c: 5 } };
    await expect(train(path, other)).rejects.toThrow(
      new RegExp(`^${path}: holds another run \\(recipe.mining.c 0.01, not 5\\); add --overwrite`),
    );
    const foreign = tempFolder();
    writeFileSync(join(foreign, 'detector.safetensors'), 'mine');
    await expect(train(foreign, recipe)).rejects.toThrow(/detector.safetensors: belongs to no run; add --overwrite/);
    expect(readFileSync(join(foreign, 'detector.safetensors'), 'utf8')).toBe('mine');
  });
});

describe('windows and maps in shards', () => {
  const recipe: DetectorRecipe = { ...RECIPE, layer: 'spp', tuning: null };

  async function shard(path: string, folder: string, index: number): Promise<string> {
    return withTraining(path, recipe, new AbortController().signal, async (training) => {
      const data = { items: featureItems(training), sha256: 'd' };
      const options = { run: path, pictures: training.data.length };
      const identity = { version, command: 'detect train', options, models: [], data };
      const task = new ShardTask({ identity, shard: { index, count: 3 }, folder });
      const { items, left } = await trainFeatures(training, task.range);
      await task.write({ lines: items, left });
      return task.file;
    });
  }

  it('leave in the folder, merged, what one run has when its maps are made, and the run goes on from there', async () => {
    const [whole, path, shards] = [tempFolder(), tempFolder(), tempFolder()];
    await expect(train(whole, recipe, { stage: 'maps', done: 10 })).rejects.toThrow('stop');
    const files: string[] = [];
    for (const index of [3, 1, 2]) files.push(await shard(path, shards, index));
    const set = await openShards(files);
    const { summary } = await mergeShards(set, join(path, 'maps.json'));
    expect(summary).toMatchObject({ shards: 3, items: 10 });
    expect(folderHashes(path)).toEqual(folderHashes(whole));
    const known: string[] = [];
    const stop = { stage: 'norm', done: 1 } as const;
    const onStage = (stage: RunStage, before: boolean) => void known.push(`${stage} ${before}`);
    await expect(train(path, recipe, stop, { onStage })).rejects.toThrow('stop');
    expect(known).toEqual(['proposals true', 'maps true', 'norm false']);
    rmSync(join(path, 'proposals'), { recursive: true });
    await expect(mergeShards(set, join(path, 'again.json'))).rejects.toThrow('are missing; remove the shards');
    expect(existsSync(join(path, 'again.json'))).toBe(false);
  });
});
