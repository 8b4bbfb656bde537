import type { Command } from 'commander';
import type { ImageDataset } from '../../data/dataset.js';
import { datasetIdentity } from '../../data/identity.node.js';
import { subset } from '../../data/subset.js';
import { sharedClasses, unionOf } from '../../detect/combine.js';
import type { Detection } from '../../detect/detection.js';
import { DETECTION_LIMITS, detectionsOf, type ScoredWindows } from '../../detect/detections.js';
import type { Detector } from '../../detect/detector.js';
import { StageClock, type StageSeconds } from '../../detect/features/stages.js';
import { openDetector } from '../../detect/open-detector.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { fileHash } from '../../io/file-hash.node.js';
import type { Picture } from '../../picture/picture.js';
import type { Device } from '../../runtime/device.js';
import type { Range, Shard } from '../../work/shard.js';
import { keepOffData } from '../data-output.js';
import { UsageError } from '../errors.js';
import { interruptible } from '../interrupt.js';
import { problemOf, reportLeftOut } from '../left-out.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { outputFile } from '../output-file.js';
import { Progress } from '../progress.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { runShard, type ShardFlags, shardOf, withShardFlags, withUntimed } from '../sharding/shard-options.js';
import { type DetectionDataOptions, detectionSource, openDetectionData, withDetectionData } from './data-options.js';
import { detectorFile } from './detector-path.js';
import { gainTable } from './gain-table.js';
import { type Judgement, judge, judgementTable, testJson } from './judgement.js';
import { detectionReportData } from './report.js';
import { testedPicture } from './tested-pictures.js';
import { openWindows, storedWindows, type WindowFlags, withWindowFlags } from './window-options.js';

interface TestOptions extends CommonOptions, DetectionDataOptions, WindowFlags, ShardFlags {
  readonly model: readonly string[];
  readonly report?: string;
  readonly regression: boolean;
  readonly workers?: number;
  readonly untimed?: boolean;
}

/** `sppgpu detect test`: average precision of a detector, or of several together, on annotated pictures. */
export function addDetectTest(detect: Command): void {
  const command = detect
    .command('test')
    .description('average precision of a detector on annotated pictures; of several together where several are given');
  withDetectionData(command)
    .requiredOption(
      '--model <path>',
      'detector of `sppgpu detect train`, or the folder of its run; again for a second detector',
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .option('--report <file>', 'write an HTML report');
  withWindowFlags(command, 'as the detector was trained');
  command.option('--no-regression', 'boxes stay where the windows are');
  withUntimed(withCommonOptions(withShardFlags(command)))
    .option('--workers <n>', 'threads that look for windows (default: one less than processors)', wholeNumber(1))
    .action((options: TestOptions) => interruptible((signal) => test(options, signal)));
}

async function test(options: TestOptions, signal: AbortSignal): Promise<void> {
  const { voc, coco, boxes } = options;
  const shard = shardOf('detect test', options);
  if (shard && options.report !== undefined) {
    throw new UsageError('detect test: shards write no report; leave --report out');
  }
  const source = detectionSource('detect test', options);
  const files = await Promise.all(options.model.map(detectorFile));
  const out = shard ? options.shardFolder : options.report;
  if (out !== undefined && voc !== undefined) await keepOffData(out, voc, 'voc');
  const report = options.report === undefined ? undefined : await outputFile(options.report, [...files, coco, boxes]);
  await withDevice(options, async (device) => {
    const started = performance.now();
    const detectors: Detector[] = [];
    try {
      for (const file of files) detectors.push(await openDetector(file, device));
      const dataset = await openDetectionData(source, sharedClasses(detectors));
      const work: DetectorTest = { options, files, detectors, dataset, device, signal };
      if (shard) return await testShard(work, shard);
      const { found, failures, clock } = await findAll(work, { from: 0, to: dataset.length });
      const seconds = (performance.now() - started) / 1000;
      const judged = subset(dataset, found.pictures);
      const together = judge(judged, found.together);
      const alone = detectors.length > 1 ? found.alone.map((own) => judge(judged, own)) : [];
      const times = options.untimed ? undefined : { seconds, stages: found.perPicture(clock.seconds) };
      if (options.json) printJson(testJson(together, alone, files, times));
      else
        print(
          `${[judgementTable(together), ...(alone.length > 0 ? [gainTable(together, alone)] : [])].join('\n\n')}\n`,
        );
      if (report !== undefined) await write(report, together, files, device, seconds);
      reportLeftOut('detect test', failures, dataset.length);
    } finally {
      for (const detector of detectors) detector.dispose();
    }
  });
}

/** What is tested, and on which pictures. */
interface DetectorTest {
  readonly options: TestOptions;
  readonly files: readonly string[];
  readonly detectors: readonly Detector[];
  readonly dataset: ImageDataset;
  readonly device: Device;
  readonly signal: AbortSignal;
}

/** A shard keeps what was found in each picture: what is judged is all of them. */
async function testShard(work: DetectorTest, shard: Shard): Promise<void> {
  const { options, files, detectors, dataset, device } = work;
  const { boxes, method, maxBoxes, regression } = options;
  const identity = {
    command: 'detect test',
    options: {
      ...{ method: method ?? null, maxBoxes: maxBoxes ?? null, regression, boxes: boxes !== undefined },
      ...{ name: dataset.name, classes: dataset.classes, detectors: detectors.length > 1 ? files : [] },
    },
    models: await Promise.all([...files, ...(boxes === undefined ? [] : [boxes])].map(fileHash)),
    data: datasetIdentity(dataset),
  };
  await runShard(options, { identity, shard }, async ({ range }) => {
    const { found, failures } = await findAll(work, range);
    const lines = found.pictures.map((index, i) =>
      testedPicture(
        dataset.entry(index),
        found.together[i]!,
        found.alone.map((own) => own[i]!),
      ),
    );
    return { lines, left: failures, adapter: device.info.name };
  });
}

/** What all detectors find in the pictures at some places. */
async function findAll(
  { options, files, detectors, dataset, device, signal }: DetectorTest,
  { from, to }: Range,
): Promise<{ readonly found: Found; readonly failures: string[]; readonly clock: StageClock }> {
  say(`${to - from} pictures of ${dataset.name}, ${dataset.classes.length} classes; ${device.info.name}`);
  const { flags, seed } = storedWindows(detectors[0]!.parts.proposals, options, files[0]!);
  const windows = await openWindows(flags, seed, options.workers);
  const clock = new StageClock(device);
  const found = new Found(detectors, clock, options.regression);
  const failures: string[] = [];
  const progress = new Progress('detect test:', to - from, 'pictures');
  try {
    for (let index = from; index < to; index++) {
      signal.throwIfAborted();
      const path = dataset.entry(index).path!;
      try {
        const { image } = await dataset.item(index);
        await found.add(index, image, () => windows.propose(path, image));
      } catch (error) {
        failures.push(problemOf(error, path, { signal }));
      }
      progress.advance();
    }
  } finally {
    progress.stop();
    await windows.close();
  }
  return { found, failures, clock };
}

/** What was found so far, by all detectors together and by each alone. */
class Found {
  readonly pictures: number[] = [];
  readonly together: (readonly Detection[])[] = [];
  readonly alone: (readonly Detection[])[][];

  constructor(
    private readonly detectors: readonly Detector[],
    private readonly clock: StageClock,
    private readonly regression: boolean,
  ) {
    this.alone = detectors.map(() => []);
  }

  async add(
    index: number,
    picture: Picture,
    propose: () => Promise<{ readonly boxes: ScoredWindows['boxes']; readonly seconds: number }>,
  ): Promise<void> {
    const { clock, detectors } = this;
    const { boxes, seconds } = await propose();
    clock.seconds.proposals += seconds;
    const sets: ScoredWindows[] = [];
    for (const detector of detectors) {
      const scored = await detector.score(picture, boxes, DETECTION_LIMITS.minScore, clock);
      sets.push(this.regression ? scored : { ...scored, corrections: null });
    }
    const chosen = (set: ScoredWindows) =>
      clock.measure('nms', () => detectionsOf(set, detectors[0]!.classes.length, picture, DETECTION_LIMITS));
    const own: Detection[][] = [];
    if (detectors.length > 1) for (const set of sets) own.push(await chosen(set));
    this.together.push(await chosen(detectors.length > 1 ? unionOf(sets, detectors[0]!.classes.length) : sets[0]!));
    for (const [i, list] of own.entries()) this.alone[i]!.push(list);
    this.pictures.push(index);
  }

  /** Seconds of each stage for a picture, in the mean. */
  perPicture(seconds: StageSeconds): Readonly<Record<string, number>> {
    const count = Math.max(1, this.pictures.length);
    return Object.fromEntries(
      Object.entries(seconds).map(([name, value]) => [name, Number((value / count).toFixed(4))]),
    );
  }
}

async function write(
  path: string,
  judgement: Judgement,
  files: readonly string[],
  device: Device,
  seconds: number,
): Promise<void> {
  const { detectionReport } = await import('../../report/detection-report.js');
  const data = await detectionReportData(judgement, {
    kicker: 'sppgpu detect test',
    title:
      files.length > 1
        ? `How well ${files.length} detectors find things together`
        : 'How well the detector finds things',
    run: runDetailsOf(device, commandLine(), seconds),
  });
  await writeFileAtomic(path, detectionReport(data));
  say(`report: ${path}`);
}
