import { join, resolve } from 'node:path';
import { loadDigits } from '../../data/digits.node.js';
import { correctOf, shapeBuckets, sizeBuckets } from '../../demo/buckets.js';
import {
  type Contestant,
  DIGIT_LEVELS,
  digitSession,
  FIXED_SIZE,
  fixedContestant,
  sppContestant,
} from '../../demo/digit-nets.js';
import { demoPictures, digitsInMemory } from '../../demo/digit-pictures.js';
import { classifyNative, classifyWarped, type Verdict, type Watch } from '../../demo/evaluate-digits.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { FolderLock } from '../../io/folder-lock.node.js';
import { mapChannels } from '../../models/trace.js';
import type { Bucket, DemoEpoch } from '../../report/types.js';
import type { Device } from '../../runtime/device.js';
import { runSession } from '../../train/session.node.js';
import { Interrupted } from '../errors.js';
import { printJson, say } from '../output.js';
import { duration, Progress } from '../progress.js';
import { version } from '../version.js';
import { demoNet, leadsOf, pickSamples, pyramidExample } from './report-data.js';

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
 * The half of the demo that classifies: two nets learn the same digits, one reads them as they are and one at one size; what
 * they say of other digits is printed and written into a page.
 * @throws Interrupted where the run was stopped
 */
export async function classifyDigits(device: Device, options: ClassifyDemo, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const { seed, epochs } = options;
  const out = resolve(options.out);
  await using _ = await FolderLock.take(out, 'wait for its end, or choose another --out');
  const source = await loadDigits();
  const pictures = await demoPictures(source, 'train', seed, options.digits);
  const train = digitsInMemory(pictures);
  const test = await demoPictures(source, 'test', seed, options.digits && Math.ceil(options.digits / 4));
  say(`${train.length} digits to train on, ${test.length} held out, each at its own size; ${device.info.name}`);

  const trainNet = async (contestant: Contestant) => {
    const { name } = contestant;
    const { batchSize, lr } = options;
    const session = digitSession(device, contestant, pictures, train, { epochs, batchSize, lr, seed });
    const steps = session.loader.batches;
    const progress = new Progress(`${name}:`, epochs * steps, 'steps');
    const { network, history, finished } = await runSession({
      ...session,
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

  const spp = await trainNet(sppContestant());
  const sppVerdicts = await judging((watch) => classifyNative(spp.network, test, watch));
  const fixed = await trainNet(fixedContestant());
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
      levels: [...DIGIT_LEVELS],
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
