import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { warpView } from '../../data/augment.js';
import { openDigits } from '../../data/digits.node.js';
import type { BatchItem } from '../../data/loader.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import type { Architecture } from '../../models/architecture.js';
import { buildArchitecture } from '../../models/registry.js';
import { mapChannels } from '../../models/trace.js';
import type { Bucket, DemoEpoch } from '../../report/types.js';
import type { Device } from '../../runtime/device.js';
import { PAPER_RECIPE, type Recipe } from '../../train/recipe.js';
import { recipeLoader, recipeSession } from '../../train/recipe-session.js';
import { runSession } from '../../train/session.node.js';
import { detectScenes } from '../demo/detect-scenes.js';
import { squareView } from '../demo/digit-views.js';
import { allItems, classifyNative, classifyWarped } from '../demo/evaluate-digits.js';
import {
  correctOf,
  demoNet,
  leadsOf,
  pickSamples,
  pyramidExample,
  shapeBuckets,
  sizeBuckets,
} from '../demo/report-data.js';
import { judgementJson } from '../detect/judgement.js';
import { Interrupted } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { duration, Progress } from '../progress.js';
import { version } from '../version.js';

interface DemoOptions extends CommonOptions {
  readonly out: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  readonly resume?: boolean;
  readonly only?: 'classify' | 'detect';
}

/** Sizes that the pyramid net trains at, one after the other, and the one size of the fixed net. */
const SIZES = [28, 34];
const FIXED_SIZE = 28;
const LEVELS = [1, 2, 4];
/** Epochs before the end at which the cosine of the learning rate ends: the last of four then settles at 3 % of the rate. */
const COOLING = 0.6;
const WEIGHT_DECAY = 0.01;
/** Around the training sizes: a net without batch statistics does not carry over to scales far from what it has seen. */
const PLACEMENT = { minHeight: 21, maxHeight: 27, maxStretch: 1.1, minMargin: 0.15, maxMargin: 0.25 };

/** `sppgpu demo`: train an SPP-net on digits of many sizes, and show what it learned. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'train an SPP-net on real handwritten digits of many sizes, compare it with a fixed-size net, find digits in scenes with a detector, write reports',
    )
    .optionsGroup(GROUPS.common)
    .option('--out <folder>', 'where checkpoints, logs and the report go', 'sppgpu-demo')
    .option('--epochs <n>', 'epochs of each net', wholeNumber(1), 4)
    .option('--batch-size <n>', 'pictures per step', wholeNumber(1), 16)
    .option('--lr <rate>', 'learning rate at the start', nonNegative, 0.0025)
    .option('--seed <n>', 'seed of weights, order, placement', wholeNumber(0), 1)
    .option('--resume', 'continue from the checkpoints in --out')
    .addOption(new Option('--only <half>', 'one half of the demo').choices(['classify', 'detect']));
  withCommonOptions(command).action((options: DemoOptions) =>
    interruptible((signal) => withDevice(options, (device) => halves(device, options, signal)), 'saves'),
  );
}

/** Digits one by one, then digits in scenes. */
async function halves(device: Device, options: DemoOptions, signal: AbortSignal): Promise<void> {
  const { only, seed, resume = false, json } = options;
  if (only !== 'detect') await demo(device, options, signal);
  if (only === 'classify') return;
  const { judgement, seconds, report } = await detectScenes({
    device,
    out: resolve(options.out),
    seed,
    resume,
    signal,
  });
  if (json) printJson({ detection: { ...judgementJson(judgement, seconds), report } });
}

async function demo(device: Device, options: DemoOptions, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const { seed, epochs } = options;
  const out = resolve(options.out);
  await makeFolder(out);
  const train = await openDigits({ split: 'train', seed, placement: PLACEMENT });
  const test = await allItems(await openDigits({ split: 'test', seed, placement: PLACEMENT }));
  const shared = { classes: 10, inputChannels: 1 as const, inputSize: FIXED_SIZE, dropout: 0 };
  say(`${train.length} digits to train on, ${test.length} held out, each at its own size; ${device.info.name}`);

  const trainNet = async (
    name: string,
    architecture: Architecture,
    sizes: string,
    viewOf: (item: BatchItem, size: number) => ReturnType<typeof warpView>,
  ) => {
    const recipe: Recipe = {
      ...{ ...PAPER_RECIPE, epochs, batchSize: options.batchSize, seed, flip: false, sizes },
      ...{ optimizer: 'adamw', lr: options.lr, weightDecay: WEIGHT_DECAY, cosine: epochs - COOLING },
    };
    const loader = recipeLoader(recipe, train);
    const steps = loader.batches;
    const progress = new Progress(`${name}:`, epochs * steps, 'steps');
    const { network, history, finished } = await runSession({
      ...recipeSession({ device, architecture, recipe, loader, view: viewOf }),
      checkpoint: join(out, `${name}.safetensors`),
      log: join(out, `${name}.jsonl`),
      resume: options.resume ?? false,
      about: { program: `sppgpu ${version} demo` },
      signal,
      onStep: ({ epoch, step, loss, top1 = Number.NaN }) =>
        progress.update(epoch * steps + step, `loss ${loss.toFixed(3)} top-1 ${percent(top1)}`),
      onMoved: () => say(`${out}: was moved or removed during the run; it is made anew, with the whole log`),
      onEpoch: ({ epoch, size, loss, top1 = Number.NaN, imagesPerSecond }) =>
        say(
          `${name}: epoch ${epoch + 1}/${epochs} at ${size}x${size}: loss ${loss.toFixed(3)}, training ${percent(top1)}, ${imagesPerSecond.toFixed(0)} images/s`,
        ),
    });
    progress.stop();
    if (!finished) {
      network.dispose();
      throw new Interrupted(
        `stopped; everything is saved in ${options.out}, \`sppgpu demo --resume\` with the same arguments goes on`,
      );
    }
    const curve: DemoEpoch[] = history.map(({ epoch, size, loss, top1 = Number.NaN }) => ({
      epoch: epoch + 1,
      size,
      loss,
      accuracy: top1,
    }));
    // A resumed run has spent only a part of them itself.
    const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0);
    return { network, epochs: curve, seconds };
  };

  const spp = await trainNet(
    'spp',
    buildArchitecture('small', { ...shared, pyramid: LEVELS }),
    SIZES.join(','),
    ({ rng, image }, size) => squareView(rng, image.width, image.height, size),
  );
  const fixed = await trainNet(
    'fixed',
    buildArchitecture('small', { ...shared, pyramid: 'none' }),
    String(FIXED_SIZE),
    ({ image }, size) => warpView(image.width, image.height, size),
  );

  const held = new Progress('judging:', 2 * test.length, 'digits');
  const sppVerdicts = await classifyNative(spp.network, test, { signal, onProgress: (digits) => held.update(digits) });
  const fixedVerdicts = await classifyWarped(fixed.network, test, FIXED_SIZE, {
    signal,
    onProgress: (digits) => held.update(test.length + digits),
  });
  held.stop();
  const accuracy = correctOf(sppVerdicts) / test.length;
  const fixedSizeAccuracy = correctOf(fixedVerdicts) / test.length;
  const shapes = [...test].sort((a, b) => a.image.width / a.image.height - b.image.width / b.image.height);
  const examples = [shapes[Math.floor(shapes.length * 0.1)]!, shapes[Math.floor(shapes.length * 0.93)]!];
  const pyramids = [];
  for (const item of examples) pyramids.push(await pyramidExample(spp.network, item));
  const seconds = (performance.now() - started) / 1000;
  const report = join(out, 'report.html');
  const { demoReport } = await import('../../report/demo-report.js');
  await writeFileAtomic(
    report,
    demoReport({
      spp: demoNet('SPP-net', spp.network, sppVerdicts, spp.epochs, spp.seconds),
      fixed: demoNet('Fixed-size net', fixed.network, fixedVerdicts, fixed.epochs, fixed.seconds),
      leads: leadsOf(sppVerdicts, fixedVerdicts),
      classes: [...train.classes],
      levels: LEVELS,
      channels: mapChannels(spp.network.architecture),
      testImages: `${test.length.toLocaleString('en')} held-out digits, each at its own size`,
      ...pickSamples(sppVerdicts, train.classes, 24),
      pyramids,
      run: {
        command: `sppgpu demo --epochs ${epochs} --batch-size ${options.batchSize} --lr ${options.lr} --seed ${seed}`,
        seed,
        split: `${train.length.toLocaleString('en')} digits for training, ${test.length.toLocaleString('en')} held out (drawn once with a seed of its own)`,
        adapter: device.info.name,
        software: device.info.software,
        seconds,
        versions: { sppgpu: version, node: process.versions.node },
        more: { checkpoint: join(options.out, 'spp.safetensors') },
      },
    }),
  );
  spp.network.dispose();
  fixed.network.dispose();
  say(`SPP-net, every digit at its own size:      ${percent(accuracy)} of ${test.length}`);
  say(`fixed-size net, digits warped to ${FIXED_SIZE}x${FIXED_SIZE}: ${percent(fixedSizeAccuracy)}`);
  say(`report: ${report} (${duration(seconds)})`);
  if (options.json) {
    const shares = (buckets: readonly Bucket[]) =>
      Object.fromEntries(buckets.map(({ label, correct, total }) => [label, correct / total]));
    printJson({
      accuracy,
      fixedSizeAccuracy,
      accuracyBySize: shares(sizeBuckets(sppVerdicts)),
      accuracyByShape: shares(shapeBuckets(sppVerdicts)),
      fixedSizeAccuracyBySize: shares(sizeBuckets(fixedVerdicts)),
      fixedSizeAccuracyByShape: shares(shapeBuckets(fixedVerdicts)),
      report,
      seconds: Number(seconds.toFixed(1)),
    });
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
