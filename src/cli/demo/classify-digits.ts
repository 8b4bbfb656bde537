import { join, resolve } from 'node:path';
import type { BatchItem } from '../../data/loader.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import type { Architecture } from '../../models/architecture.js';
import { buildArchitecture } from '../../models/registry.js';
import { mapChannels } from '../../models/trace.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import type { Bucket, DemoEpoch } from '../../report/types.js';
import type { Device } from '../../runtime/device.js';
import { PAPER_RECIPE, type Recipe } from '../../train/recipe.js';
import { recipeLoader, recipeSession } from '../../train/recipe-session.js';
import { runSession } from '../../train/session.node.js';
import { Interrupted } from '../errors.js';
import { printJson, say } from '../output.js';
import { duration, Progress } from '../progress.js';
import { version } from '../version.js';
import { demoPictures, digitsInMemory } from './digit-pictures.js';
import { commonSize, jittered } from './digit-views.js';
import { classifyNative, classifyWarped, type Verdict, type Watch } from './evaluate-digits.js';
import { correctOf, demoNet, leadsOf, pickSamples, pyramidExample, shapeBuckets, sizeBuckets } from './report-data.js';

/** What the command line says of this half. */
export interface ClassifyDemo {
  readonly out: string;
  readonly epochs: number;
  readonly digits?: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/**
 * Longest sides, in pixels, of an epoch's pictures, one epoch after the other (paper, section 2.3): what is small costs little,
 * and what the net learns there it knows at the next size. The last are as long as pictures get.
 */
const LONGEST = [32, 48, 64, 96, 96];
/** Side, in pixels, to which the other net has every picture warped. */
const FIXED_SIZE = 24;
const LEVELS = [1, 2, 3, 6];
/** Epochs before the end at which the cosine of the learning rate ends: the last of five then settles at 2 % of the rate. */
const COOLING = 0.6;
const WEIGHT_DECAY = 0.01;

/** What one of the two nets is, and how it is shown its pictures. */
interface Contestant {
  readonly name: string;
  readonly architecture: Architecture;
  /** Longest sides of its training pictures, in pixels, one epoch after the other. */
  readonly sizes: readonly number[];
  readonly outSize: (items: readonly BatchItem[], size: number) => [height: number, width: number];
  /** Whether batches are made of pictures of like size and shape. */
  readonly alike: boolean;
}

/**
 * The half of the demo that classifies: two nets learn the same digits, one reads them as they are and one at one size; what
 * they say of other digits is printed and written into a page.
 * @throws Interrupted where the run was stopped
 */
export async function classifyDigits(device: Device, options: ClassifyDemo, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const { seed, epochs } = options;
  const out = resolve(options.out);
  await makeFolder(out);
  const pictures = await demoPictures('train', seed, options.digits);
  const train = digitsInMemory(pictures);
  const test = await demoPictures('test', seed, options.digits && Math.ceil(options.digits / 4));
  const shared = { classes: 10, inputChannels: 1 as const, inputSize: FIXED_SIZE, dropout: 0 };
  say(`${train.length} digits to train on, ${test.length} held out, each at its own size; ${device.info.name}`);

  const trainNet = async ({ name, architecture, sizes, outSize, alike }: Contestant) => {
    const recipe: Recipe = {
      ...{ ...PAPER_RECIPE, epochs, batchSize: options.batchSize, seed, flip: false, sizes: sizes.join(',') },
      ...{ optimizer: 'adamw', lr: options.lr, weightDecay: WEIGHT_DECAY, cosine: epochs - COOLING },
    };
    const sizeOf = (index: number) => pictures[index]!.image;
    const loader = recipeLoader(recipe, train, alike ? { sizeOf } : {});
    const steps = loader.batches;
    const progress = new Progress(`${name}:`, epochs * steps, 'steps');
    const { network, history, finished } = await runSession({
      ...recipeSession({ device, architecture, recipe, loader }),
      prepare: (items, size) => {
        const common = outSize(items, size);
        return preparePictures(
          device,
          items.map(({ image }) => image),
          items.map((item) => jittered(item, common)),
          architecture.input,
        );
      },
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
          `${name}: epoch ${epoch + 1}/${epochs} up to ${size} px: loss ${loss.toFixed(3)}, training ${percent(top1)}, ${imagesPerSecond.toFixed(0)} images/s`,
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

  const judging = async (classify: (watch: Watch) => Promise<Verdict[]>): Promise<Verdict[]> => {
    const progress = new Progress('judging:', test.length, 'digits');
    const verdicts = await classify({ signal, onProgress: (digits) => progress.update(digits) });
    progress.stop();
    say(`${percent(correctOf(verdicts) / test.length)} of ${test.length} held-out digits are right`);
    return verdicts;
  };

  const spp = await trainNet({
    name: 'spp',
    architecture: buildArchitecture('digits', { ...shared, pyramid: LEVELS }),
    sizes: LONGEST,
    outSize: commonSize,
    alike: true,
  });
  const sppVerdicts = await judging((watch) => classifyNative(spp.network, test, watch));
  const fixed = await trainNet({
    name: 'fixed',
    architecture: buildArchitecture('digits', { ...shared, pyramid: 'none' }),
    sizes: [FIXED_SIZE],
    outSize: () => [FIXED_SIZE, FIXED_SIZE],
    alike: false,
  });
  const fixedVerdicts = await judging((watch) => classifyWarped(fixed.network, test, FIXED_SIZE, watch));
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
        command: `sppgpu demo${options.digits === undefined ? '' : ` --digits ${options.digits}`} --epochs ${epochs} --batch-size ${options.batchSize} --lr ${options.lr} --seed ${seed}`,
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
