import type { Command } from 'commander';
import { DecodePool } from '../../data/decode-pool.node.js';
import type { Detection } from '../../detect/detection.js';
import { DETECTION_LIMITS, lowest } from '../../detect/detections.js';
import type { DetectionResult, Detector } from '../../detect/detector.js';
import { openDetector } from '../../detect/open-detector.node.js';
import type { Picture } from '../../picture/picture.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { problemOf, reportIgnored, reportLeftOut } from '../left-out.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson } from '../output.js';
import { pictureFiles } from '../prediction/inputs.js';
import { Progress } from '../progress.js';
import { Copies } from './copies.js';
import { detectorFile, RUN_DETECTOR } from './detector-path.js';
import { finite } from './numbers.js';
import { openWindows, storedWindows, type WindowFlags, withWindowFlags } from './window-options.js';

interface FindOptions extends CommonOptions, WindowFlags {
  readonly model?: string;
  readonly minScore?: number;
  readonly out?: string;
  readonly workers?: number;
}

/** `sppgpu detect PATH... --model FILE`: things in pictures. The command itself; others stand below it. */
export function withFind(detect: Command): void {
  detect
    .argument('[path...]', 'pictures, or folders of them')
    .optionsGroup(GROUPS.common)
    .option('--model <path>', `detector of \`sppgpu detect train\`: the file ${RUN_DETECTOR}, or the folder of the run`)
    .option(
      '--min-score <score>',
      'lowest score of what is told (default: of each class the one that training found best); -1.5 tells all that `detect score` should see',
      finite,
    )
    .option('--out <folder>', 'write copies of the pictures with the boxes drawn into them');
  withWindowFlags(detect, 'as the detector was trained');
  withCommonOptions(detect)
    .option('--workers <n>', 'threads that look for windows (default: one less than processors)', wholeNumber(1))
    .action((paths: readonly string[], options: FindOptions) => {
      if (paths.length === 0) {
        throw new UsageError(
          'detect: no pictures; give files or folders with --model FILE (sppgpu help detect lists more)',
        );
      }
      return interruptible((signal) => find(paths, options, signal));
    });
}

async function find(paths: readonly string[], options: FindOptions, signal: AbortSignal): Promise<void> {
  const { model, out, json, minScore, workers } = options;
  if (model === undefined) throw new UsageError('detect: no detector; give --model FILE of `sppgpu detect train`');
  const file = await detectorFile(model);
  const { files, failures: folders, ignored } = await pictureFiles(paths);
  reportIgnored(ignored);
  const failures = folders.map(({ message }) => message);
  const copies = out === undefined ? null : await Copies.open(out, files);
  if (files.length > 0) {
    await withDevice(options, async (device) => {
      const detector = await openDetector(file, device);
      const { flags, seed } = storedWindows(detector.parts.proposals, options, file);
      const windows = await openWindows(flags, seed, workers);
      const decoder = new DecodePool({ workers: 1 });
      const progress = new Progress('detect:', files.length, 'pictures');
      let done = 0;
      try {
        for (const path of files) {
          signal.throwIfAborted();
          try {
            const { image } = await decoder.decode(path);
            const propose = async (picture: Picture) => (await windows.propose(path, picture)).boxes;
            // What lies below is looked at, too: where nothing is told, people hear how near it came.
            const { thresholds } = detector.parts;
            const all = await detector.detect(image, propose, {
              minScore: Math.min(lowest(minScore ?? thresholds), DETECTION_LIMITS.minScore),
            });
            const missing = ({ label, score }: Detection): number => (minScore ?? thresholds[label]!) - score;
            const result = { ...all, detections: all.detections.filter((each) => missing(each) < 0) };
            const [surest] = [...all.detections].sort((a, b) => missing(a) - missing(b));
            await copies?.write(path, image, detector.classes, result.detections);
            if (json) printJson(resultJson(path, detector, result));
            else print(resultText(path, detector, result, surest && { ...surest, missing: missing(surest) }));
          } catch (error) {
            failures.push(problemOf(error, path, { signal, out }));
          }
          progress.update(++done);
        }
      } finally {
        progress.stop();
        await Promise.all([windows.close(), decoder.close()]);
        detector.dispose();
      }
    });
  }
  reportLeftOut('detect', failures, files.length + folders.length);
}

function resultJson(file: string, { classes }: Detector, { detections, seconds }: DetectionResult): object {
  return {
    file,
    detections: detections.map(({ label, score, box }) => ({
      label: classes[label]!,
      score: Number(score.toPrecision(6)),
      box: [box.x0, box.y0, box.x1, box.y1].map((value) => Number(value.toFixed(2))),
    })),
    seconds: Object.fromEntries(Object.entries(seconds).map(([name, value]) => [name, Number(value.toFixed(4))])),
  };
}

/** @param surest found at all, also below what is told, and what its score lacks to be told */
function resultText(
  file: string,
  { classes }: Detector,
  { detections, windows, seconds }: DetectionResult,
  surest: (Detection & { readonly missing: number }) | undefined,
): string {
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const longest = Math.max(0, ...detections.map(({ label }) => classes[label]!.length));
  const lines = detections.map(({ label, score, box }) => {
    const corners = [box.x0, box.y0, box.x1, box.y1].map((value) => value.toFixed(0).padStart(5)).join('');
    return `  ${classes[label]!.padEnd(longest)} ${score.toFixed(2).padStart(6)} ${corners}\n`;
  });
  const near =
    detections.length === 0 && surest
      ? `  the surest, ${classes[surest.label]!}, scores ${surest.score.toFixed(2)}, ${surest.missing.toFixed(2)} too little; --min-score tells lower ones\n`
      : '';
  return `${file}: ${detections.length} found (${windows} windows, ${total.toFixed(2)} s)\n${lines.join('')}${near}`;
}
