/** Runs with everything around them: what the schedule watches, and that an interrupted run ends in the same bits. */

import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { warpView } from '../../src/data/augment.js';
import { datasetOf, type ImageEntry } from '../../src/data/dataset.js';
import { ImageLoader } from '../../src/data/loader.js';
import { readJsonl } from '../../src/io/jsonl.node.js';
import { checkpointInfo } from '../../src/models/checkpoint-info.js';
import { openModel } from '../../src/models/open-model.node.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { mul } from '../../src/ops/mul.js';
import { preparePictures } from '../../src/ops/prepare-pictures.js';
import { ReduceLROnPlateau } from '../../src/optim/schedules.js';
import { SGD } from '../../src/optim/sgd.js';
import { Rng } from '../../src/tensor/rng.js';
import { loadCheckpoint, saveCheckpoint } from '../../src/train/checkpoint.node.js';
import { multiLabel, type Objective, singleLabel } from '../../src/train/objective.js';
import { runSession, type SessionOptions } from '../../src/train/session.node.js';
import { tempFolder } from '../io/temp-folder.js';
import { testDevice } from '../setup/device.js';

const CLASSES = ['a', 'b', 'c'];
const architecture = buildArchitecture('small', { classes: 3, inputChannels: 3, width: 0.25, hidden: 16 });

/** Noise with every kind of label: 12 pictures. */
const pictures = datasetOf(
  'noise',
  CLASSES,
  Array.from({ length: 12 }, (_, i): ImageEntry => {
    return { id: `${i}`, label: i % 3, labels: CLASSES.map((__, c) => ((i + c) % 3) - 1) };
  }),
  (i) => {
    const rng = new Rng(3, [i, 0, 0]);
    return { width: 20, height: 20, data: Uint8Array.from({ length: 1200 }, () => rng.int(256)) };
  },
);

/** Losses of validation by epoch: the second and third are no better than the first. */
const VALIDATION = [1, 1, 1, 0.5];

async function options<Scores extends object>(
  objective: Objective<Scores>,
  folder: string,
  more: Partial<SessionOptions<Scores>> = {},
): Promise<SessionOptions<Scores>> {
  const device = await testDevice();
  return {
    device,
    architecture,
    objective,
    classes: CLASSES,
    loader: new ImageLoader(pictures, { batchSize: 4, seed: 1 }),
    prepare: (items, size) =>
      preparePictures(
        device,
        items.map(({ image }) => image),
        items.map(({ image }) => warpView(image.width, image.height, size)),
        architecture.input,
      ),
    sizes: { kind: 'single', size: 28 },
    epochs: 4,
    seed: 1,
    optimizer: (groups) => new SGD(groups, { lr: 0.02, momentum: 0.9 }),
    schedule: (optimizer) => new ReduceLROnPlateau(optimizer, { patience: 1 }),
    checkpoint: join(folder, 'model.safetensors'),
    checkpointEvery: 1,
    log: join(folder, 'log.jsonl'),
    resume: true,
    ...more,
  };
}

async function weightsIn(folder: string) {
  const { tensors } = await loadCheckpoint(join(folder, 'model.safetensors'));
  return [...tensors].map(([name, { data }]) => [name, [...data]]);
}

describe.each([
  { kind: 'one class per picture', objective: singleLabel as Objective<object>, score: 'top1' },
  { kind: 'several classes per picture', objective: multiLabel as Objective<object>, score: 'labelAccuracy' },
])('$kind', ({ objective, score }) => {
  test('the schedule watches the validation loss, also when interrupted at any step', async () => {
    let epochs = 0;
    const validate = async () => ({ validationLoss: VALIDATION[epochs++]! });
    const straight = tempFolder();
    const { network, history } = await runSession(await options(objective, straight, { validate }));
    network.dispose();
    // The third epoch was the second without progress: the fourth runs at a tenth of the rate.
    expect(history.map(({ lr }) => Number(lr.toFixed(6)))).toEqual([0.02, 0.02, 0.02, 0.002]);
    expect(history.map(({ validationLoss }) => validationLoss)).toEqual(VALIDATION);
    for (const record of history)
      expect((record as unknown as Record<string, number>)[score]).toBeGreaterThanOrEqual(0);

    const broken = tempFolder();
    for (let stopAfter = 2, finished = false; !finished; stopAfter += 3) {
      const controller = new AbortController();
      let steps = 0;
      const session = await options(objective, broken, {
        signal: controller.signal,
        onStep: () => {
          if (++steps === stopAfter) controller.abort();
        },
        validate: async () => ({ validationLoss: VALIDATION[(await logged(broken)).length]! }),
      });
      const result = await runSession(session);
      result.network.dispose();
      finished = result.finished;
    }
    expect(await weightsIn(broken)).toEqual(await weightsIn(straight));
    const known = ({ loss, lr, validationLoss }: (typeof history)[number]) => ({ loss, lr, validationLoss });
    expect((await logged(broken)).map(known)).toEqual(history.map(known));
  });

  const logged = async (folder: string) => (await readJsonl(join(folder, 'log.jsonl'))) as never[];

  test('without validation it watches the training loss', async () => {
    const folder = tempFolder();
    const watched: (number | undefined)[] = [];
    const session = await options(objective, folder, {
      epochs: 2,
      schedule: () => ({ step: (metric) => watched.push(metric), stateDict: () => ({}), loadStateDict: () => {} }),
    });
    const { network, history } = await runSession(session);
    network.dispose();
    expect(watched).toEqual(history.map(({ loss }) => loss));
  });

  test('the checkpoint remembers the kind of labels, and refuses the other one', async () => {
    const folder = tempFolder();
    const { network } = await runSession(await options(objective, folder, { epochs: 1 }));
    network.dispose();
    const loaded = await openModel(join(folder, 'model.safetensors'), await testDevice());
    loaded.network.dispose();
    expect(loaded.labels).toBe(objective.labels);
    const other = (objective.labels === 'multi' ? singleLabel : multiLabel) as Objective<object>;
    await expect(options(other, folder, { epochs: 2 }).then(runSession)).rejects.toThrow(
      /was trained on pictures of (one class|several classes) each, this data is of another kind/,
    );
  });
});

test('fine-tuning: frozen parts keep their bits, each part has its rate; the same bits when interrupted at every step', async () => {
  const tuning = { freeze: ['conv1', 'conv2.bias'], rates: { features: 0.1 }, warmup: 5 };
  const start: Map<string, Float32Array> = new Map();
  const onFresh: SessionOptions['onFresh'] = async (network) => {
    for (const [name, tensor] of network.stateDict()) start.set(name, (await tensor.data()) as Float32Array);
  };
  const straight = tempFolder();
  const { network, history } = await runSession(await options(singleLabel, straight, { ...tuning, onFresh }));
  const changed: string[] = [];
  for (const [name, tensor] of network.stateDict()) {
    const values = (await tensor.data()) as Float32Array;
    if (values.some((value, i) => value !== start.get(name)![i])) changed.push(name);
  }
  network.dispose();
  const frozen = ['features.conv1.weight', 'features.conv1.bias', 'features.conv2.bias'];
  expect(changed).toEqual([...start.keys()].filter((name) => !frozen.includes(name)));
  // The rate of the record is the schedule's, not that of the warm-up.
  expect(history[0]!.lr).toBe(0.02);

  const broken = tempFolder();
  for (let finished = false; !finished; ) {
    const controller = new AbortController();
    const onStep = () => controller.abort();
    const session = await options(singleLabel, broken, { ...tuning, signal: controller.signal, onStep });
    const result = await runSession(session);
    result.network.dispose();
    finished = result.finished;
  }
  expect(await weightsIn(broken)).toEqual(await weightsIn(straight));
});

test('running statistics: moved in training, saved and resumed; kept in frozen parts, or everywhere', async () => {
  const residual = buildArchitecture('resnet18', { classes: 3, width: 0.05, pyramid: [1], inputSize: 32 });
  const tuned = { architecture: residual, epochs: 1, sizes: { kind: 'single', size: 32 } as const };
  const moved = async (folder: string, more: Partial<SessionOptions>) => {
    const { network } = await runSession(await options(singleLabel, folder, { ...tuned, ...more }));
    const found: string[] = [];
    for (const [name, tensor] of network.namedBuffers()) {
      const fresh = name.endsWith('running_var') ? 1 : 0;
      if ((await tensor.data()).some((value) => value !== fresh)) found.push(name);
    }
    network.dispose();
    return found;
  };
  const straight = tempFolder();
  const all = await moved(straight, {});
  expect(all).toHaveLength(2 * 20);
  expect(await moved(tempFolder(), { freeze: ['layer1'] })).toEqual(all.filter((name) => !name.includes('layer1')));
  expect(await moved(tempFolder(), { freezeStatistics: true })).toEqual([]);

  const broken = tempFolder();
  for (let finished = false; !finished; ) {
    const controller = new AbortController();
    const onStep = () => controller.abort();
    const result = await runSession(
      await options(singleLabel, broken, { ...tuned, signal: controller.signal, onStep }),
    );
    result.network.dispose();
    finished = result.finished;
  }
  expect(await weightsIn(broken)).toEqual(await weightsIn(straight));
});

describe('one class per picture', () => {
  const single = (folder: string, more: Partial<SessionOptions> = {}) => options(singleLabel, folder, more);

  test('weights that are not finite never replace a checkpoint', async () => {
    const folder = tempFolder();
    const file = join(folder, 'model.safetensors');
    let before = Buffer.alloc(0);
    const session = await single(folder, {
      validate: async (network) => {
        before = readFileSync(file);
        const bias = [...network.stateDict().values()].at(-1)!;
        bias.device.upload(bias.storage('test').buffer, 0, new Float32Array(3).fill(Number.NaN));
        return {};
      },
    });
    await expect(runSession(session)).rejects.toThrow(
      /^training diverged: model\.classifier\.\S+\.bias holds NaN after epoch 1; use a smaller learning rate, from the start or/,
    );
    expect(before.length).toBeGreaterThan(1000);
    expect(readFileSync(file).equals(before)).toBe(true);
    const { network } = await runSession(await single(folder, { epochs: 1 }));
    network.dispose();
  });

  test('a resumed run tells the epochs that are done before its first step; a fresh one does not', async () => {
    const folder = tempFolder();
    const told: number[][] = [];
    const more = {
      epochs: 2,
      onResume: (history: readonly { epoch: number }[]) => void told.push(history.map(({ epoch }) => epoch)),
    };
    for (let times = 0; times < 2; times++) (await runSession(await single(folder, more))).network.dispose();
    expect(told).toEqual([[0, 1]]);
  });

  test('stopped while it validates, it ends without, and the next run validates: same bits, same log', async () => {
    const straight = tempFolder();
    const validate = async () => ({ validationLoss: 2 });
    const whole = await runSession(await single(straight, { epochs: 2, validate }));
    whole.network.dispose();

    const broken = tempFolder();
    const controller = new AbortController();
    const stopped = await runSession(
      await single(broken, {
        epochs: 2,
        signal: controller.signal,
        validate: (_, stopping) =>
          new Promise((_resolve, reject) => {
            stopping.addEventListener('abort', () => reject(stopping.reason));
            controller.abort();
          }),
      }),
    );
    stopped.network.dispose();
    expect(stopped.finished).toBe(false);
    expect(stopped.history).toEqual([]);
    const resumed = await runSession(await single(broken, { epochs: 2, validate }));
    resumed.network.dispose();
    const known = ({ epoch, loss, lr, validationLoss }: (typeof whole.history)[number]) => [
      epoch,
      loss,
      lr,
      validationLoss,
    ];
    expect(resumed.history.map(known)).toEqual(whole.history.map(known));
    expect(await weightsIn(broken)).toEqual(await weightsIn(straight));
  });

  /** The pictures, each of which takes so long to read. */
  const slow = (milliseconds: number) =>
    new ImageLoader(
      datasetOf(
        'slow noise',
        CLASSES,
        Array.from({ length: 12 }, (_, i) => pictures.entry(i)),
        async (i) => {
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
          return (await pictures.item(i)).image;
        },
      ),
      { batchSize: 4, seed: 1 },
    );

  test('stopped while it waits for pictures, it does not wait on', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const more = { loader: slow(2 ** 30), signal: controller.signal };
    const { network, finished } = await runSession(await single(tempFolder(), more));
    network.dispose();
    expect(finished).toBe(false);
  });

  test('steps are read back by the time they take: each one where they are slow', async () => {
    const reported = async (loader: ImageLoader): Promise<number[]> => {
      const steps: number[] = [];
      const more = {
        epochs: 1,
        checkpointEvery: 100,
        loader,
        onStep: ({ step }: { step: number }) => void steps.push(step),
      };
      const { network } = await runSession(await single(tempFolder(), more));
      network.dispose();
      return steps;
    };
    expect(await reported(slow(200))).toEqual([1, 2, 3]);
  });

  test('the log that was moved away stands there again, whole, and the run is told', async () => {
    const folder = tempFolder();
    const log = join(folder, 'log.jsonl');
    const moved: string[] = [];
    const more = {
      epochs: 3,
      onMoved: (path: string) => void moved.push(path),
      onEpoch: ({ epoch }: { epoch: number }) => {
        if (epoch === 0) renameSync(log, join(folder, 'elsewhere.jsonl'));
      },
    };
    const { network, history } = await runSession(await single(folder, more));
    network.dispose();
    expect(moved).toEqual([log]);
    expect(await readJsonl(log)).toEqual(JSON.parse(JSON.stringify(history)));
  });

  test('a loss that is not finite ends the run; no flags are named, for a library has none', async () => {
    const session = await single(tempFolder(), { optimizer: (groups) => new SGD(groups, { lr: 1e30 }) });
    const message = await runSession(session).catch((error: Error) => error.message);
    expect(message).toMatch(/^training diverged: .* by step \d of epoch 1; /);
    expect(message).not.toContain('--');
  });

  test('a checkpoint that its tensors do not bear out is a file error, before any network is made', async () => {
    const folder = tempFolder();
    const file = join(folder, 'model.safetensors');
    const { network } = await runSession(await single(folder, { epochs: 1 }));
    network.dispose();
    const { tensors, metadata } = await loadCheckpoint(file);
    const info = JSON.parse(metadata.sppgpu!);
    const rewrite = (change: object) =>
      saveCheckpoint(file, { tensors, metadata: { ...metadata, sppgpu: JSON.stringify({ ...info, ...change }) } });
    const { name, options: net } = info.model;
    const device = await testDevice();

    await rewrite({ model: { name, options: { ...net, hidden: 1_000_000, width: 16 } } });
    const { created } = device.statistics.pool;
    await expect(openModel(file, device)).rejects.toThrow(/model\.safetensors: \S+ has shape .*, its small needs/);
    expect(device.statistics.pool.created).toBe(created);
    await rewrite({ model: { name, options: { ...net, pyramid: 5 } } });
    await expect(openModel(file, device)).rejects.toThrow(/model\.safetensors: its description is damaged: .*; use an/);
    await rewrite({ run: {} });
    await expect(single(folder).then(runSession)).rejects.toThrow(
      /model\.safetensors: its description is damaged: run\.history is not the 1 epochs that were finished; use an/,
    );
    await rewrite({ generator: { seed: 2, offset: 0 } });
    await expect(single(folder).then(runSession)).rejects.toThrow(/model\.safetensors: generator state is of seed 2/);
  });
});

test('a run in f16 that is interrupted ends in the same bits, scale included', async () => {
  const session = async (folder: string, more: Partial<SessionOptions<object>> = {}) =>
    options(singleLabel as Objective<object>, folder, { epochs: 2, precision: 'f16', ...more });
  const straight = tempFolder();
  (await runSession(await session(straight))).network.dispose();
  const broken = tempFolder();
  const controller = new AbortController();
  const stopped = await runSession(
    await session(broken, { signal: controller.signal, onStep: () => controller.abort() }),
  );
  stopped.network.dispose();
  expect(stopped.finished).toBe(false);
  const scaleOf = async (folder: string) =>
    checkpointInfo((await loadCheckpoint(join(folder, 'model.safetensors'))).metadata, folder).scaler;
  expect(await scaleOf(broken)).toEqual({ scale: 65536, growthTracker: 1 });
  (await runSession(await session(broken))).network.dispose();
  expect(await weightsIn(broken)).toEqual(await weightsIn(straight));
  expect(await scaleOf(broken)).toEqual({ scale: 65536, growthTracker: 6 });
  // Right behind a step that was left out: the scale that this step found, and no run of steps before it.
  const loud: Objective<object> = {
    ...(singleLabel as Objective<object>),
    loss: (logits, targets) => mul(singleLabel.loss(logits, targets), 16),
  };
  const ended: unknown[] = [];
  for (const abortAt of [Number.POSITIVE_INFINITY, 1, 2]) {
    const folder = tempFolder();
    const overflowing = async (signal?: AbortSignal, onStep?: () => void) =>
      options(loud, folder, { epochs: 2, precision: 'f16', ...(signal && { signal }), ...(onStep && { onStep }) });
    const interrupt = new AbortController();
    let steps = 0;
    const first = await runSession(await overflowing(interrupt.signal, () => ++steps === abortAt && interrupt.abort()));
    first.network.dispose();
    expect(first.finished).toBe(abortAt > 2);
    if (!first.finished) {
      expect(await scaleOf(folder)).toEqual({ scale: 65536 / 2 ** abortAt, growthTracker: 0 });
      (await runSession(await overflowing())).network.dispose();
    }
    ended.push({ weights: await weightsIn(folder), scale: await scaleOf(folder) });
  }
  expect(ended[0]).toMatchObject({ scale: { scale: expect.any(Number) } });
  expect(ended[1]).toEqual(ended[0]);
  expect(ended[2]).toEqual(ended[0]);
  const f32 = tempFolder();
  (await runSession(await session(f32, { precision: 'f32' }))).network.dispose();
  expect(await scaleOf(f32)).toBeUndefined();
  expect(await weightsIn(f32)).not.toEqual(await weightsIn(straight));
  await expect(
    session(f32, { replicas: { steps: 1, run: async () => Promise.reject() } }).then(runSession),
  ).rejects.toThrow(/replicas do not average the scale of f16/);
});
