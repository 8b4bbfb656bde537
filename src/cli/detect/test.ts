import type { Command } from 'commander';
import { subset } from '../../data/subset.js';
import { sharedClasses, unionOf } from '../../detect/combine.js';
import type { Detection } from '../../detect/detection.js';
import { DETECTION_LIMITS, detectionsOf, type ScoredWindows } from '../../detect/detections.js';
import type { Detector } from '../../detect/detector.js';
import { StageClock, type StageSeconds } from '../../detect/features/stages.js';
import { openDetector } from '../../detect/open-detector.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import type { Picture } from '../../picture/picture.js';
import type { Device } from '../../runtime/device.js';
import { FileError, SppgpuError } from '../../runtime/errors.js';
import { keepOffData } from '../data-output.js';
import { interruptible } from '../interrupt.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { outputFile } from '../output-file.js';
import { Progress } from '../progress.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { type DetectionDataOptions, detectionSource, openDetectionData, withDetectionData } from './data-options.js';
import { detectorFile } from './detector-path.js';
import { gainTable } from './gain-table.js';
import { type Judgement, judge, judgementJson, judgementTable } from './judgement.js';
import { detectionReportData } from './report.js';
import { openWindows, storedWindows, type WindowFlags, withWindowFlags } from './window-options.js';

interface TestOptions extends CommonOptions, DetectionDataOptions, WindowFlags {
  readonly model: readonly string[];
  readonly report?: string;
  readonly regression: boolean;
  readonly workers?: number;
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
  withCommonOptions(command)
    .option('--workers <n>', 'threads that look for windows (default: one less than processors)', wholeNumber(1))
    .action((options: TestOptions) => interruptible((signal) => test(options, signal)));
}

async function test(options: TestOptions, signal: AbortSignal): Promise<void> {
  const { voc, coco, boxes } = options;
  const source = detectionSource('detect test', options);
  const files = await Promise.all(options.model.map(detectorFile));
  if (options.report !== undefined && voc !== undefined) await keepOffData(options.report, voc, 'voc');
  const report = options.report === undefined ? undefined : await outputFile(options.report, [...files, coco, boxes]);
  await withDevice(options, async (device) => {
    const started = performance.now();
    const detectors: Detector[] = [];
    try {
      for (const file of files) detectors.push(await openDetector(file, device));
      const dataset = await openDetectionData(source, sharedClasses(detectors));
      say(`${dataset.length} pictures of ${dataset.name}, ${dataset.classes.length} classes; ${device.info.name}`);
      const { flags, seed } = storedWindows(detectors[0]!.parts.proposals, options, files[0]!);
      const windows = await openWindows(flags, seed, options.workers);
      const clock = new StageClock(device);
      const found = new Found(detectors, clock, options.regression);
      const failures: string[] = [];
      const progress = new Progress('detect test:', dataset.length, 'pictures');
      try {
        for (let index = 0; index < dataset.length; index++) {
          signal.throwIfAborted();
          const path = dataset.entry(index).path!;
          try {
            const { image } = await dataset.item(index);
            await found.add(index, image, () => windows.propose(path, image));
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
            failures.push(error.message);
          }
          progress.advance();
        }
      } finally {
        progress.stop();
        await windows.close();
      }
      const seconds = (performance.now() - started) / 1000;
      const judged = subset(dataset, found.pictures);
      const together = judge(judged, found.together);
      const alone = detectors.length > 1 ? found.alone.map((own) => judge(judged, own)) : [];
      if (options.json) printJson(jsonOf(together, alone, files, seconds, found.perPicture(clock.seconds)));
      else
        print(
          `${[judgementTable(together), ...(alone.length > 0 ? [gainTable(together, alone)] : [])].join('\n\n')}\n`,
        );
      if (report !== undefined) await write(report, together, files, device, seconds);
      for (const failure of failures) say(`left out: ${failure}`);
      if (failures.length > 0)
        throw new SppgpuError(`detect test: ${failures.length} of ${dataset.length} were left out`);
    } finally {
      for (const detector of detectors) detector.dispose();
    }
  });
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

function jsonOf(
  together: Judgement,
  alone: readonly Judgement[],
  files: readonly string[],
  seconds: number,
  stages: Readonly<Record<string, number>>,
): object {
  const line = { ...judgementJson(together, seconds), stages };
  if (alone.length === 0) return line;
  return { ...line, alone: alone.map((own, i) => ({ model: files[i]!, ...judgementJson(own, seconds) })) };
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
