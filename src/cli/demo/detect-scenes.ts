import { join } from 'node:path';
import type { ImageItem } from '../../data/dataset.js';
import { loadDigits } from '../../data/digits.node.js';
import { scenesDataset } from '../../data/scenes.js';
import { allItems } from '../../demo/evaluate-digits.js';
import { sceneWindows } from '../../demo/scene-windows.js';
import type { Detection } from '../../detect/detection.js';
import type { Detector } from '../../detect/detector.js';
import { saveDetector } from '../../detect/open-detector.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { FolderLock } from '../../io/folder-lock.node.js';
import type { ExamplePicture } from '../../report/detection-types.js';
import { type Judgement, judge } from '../detect/judgement.js';
import { detectionReportData } from '../detect/report.js';
import { Interrupted } from '../errors.js';
import { say } from '../output.js';
import { duration, Progress } from '../progress.js';
import { runDetailsOf } from '../run-details.js';
import { type SceneRun, trainCropNet, trainSceneDetector } from './scene-detector.js';

/** Scenes whose digits are cut out for the net, those of them that train the detector, and those that judge it. */
export interface SceneCounts {
  readonly crops: number;
  readonly train: number;
  readonly test: number;
}

const COUNTS: SceneCounts = { crops: 250, train: 100, test: 60 };
/** Scenes shown. */
const EXAMPLES = 12;

export interface FoundScenes {
  readonly judgement: Judgement;
  readonly seconds: number;
  /** Path of the page. */
  readonly report: string;
}

/**
 * The half of the demo that detects: scenes composed of real digits, a net on cut-out digits, a detector on its pooled maps,
 * judged on scenes of other digits.
 * @throws Interrupted where the run was stopped
 */
export async function detectScenes(run: SceneRun, counts = COUNTS): Promise<FoundScenes> {
  const started = performance.now();
  const { device, out, seed, signal } = run;
  await using _ = await FolderLock.take(out, 'wait for its end, or choose another --out');
  const source = await loadDigits();
  const open = (split: 'train' | 'test', count: number) => scenesDataset(source, { split, count, seed });
  const scenes = await allItems(open('train', counts.crops));
  const testSet = open('test', counts.test);
  const test = await allItems(testSet);
  say(
    `${scenes.length} scenes composed of real digits to train on, ${test.length} of other digits held out; ${device.info.name}`,
  );
  const network = await trainCropNet(run, scenes, testSet.classes);
  if (!network) throw stopped(out);
  try {
    const detector = await trainSceneDetector(run, network, scenes.slice(0, counts.train), testSet.classes);
    try {
      await saveDetector(join(out, 'detector.safetensors'), detector, { pictures: counts.train, data: 'scenes' });
      const judgement = judge(testSet, await detectAll(detector, test, signal));
      const seconds = (performance.now() - started) / 1000;
      const report = await writeReport(run, judgement, {
        scenes: test,
        counts,
        seconds,
        thresholds: detector.parts.thresholds,
      });
      const { map11, mapAll } = judgement.evaluation;
      say(
        `detector on ${test.length} held-out scenes: mAP ${percent(map11)} (11 points), ${percent(mapAll)} (all points)`,
      );
      say(`report: ${report} (${duration(seconds)})`);
      return { judgement, seconds, report };
    } finally {
      detector.dispose();
    }
  } catch (error) {
    throw signal.aborted ? stopped(out) : error;
  } finally {
    network.dispose();
  }
}

const stopped = (out: string): Interrupted =>
  new Interrupted(`stopped; the net is saved in ${out}, \`sppgpu demo --resume\` with the same arguments goes on`);

async function detectAll(
  detector: Detector,
  scenes: readonly ImageItem[],
  signal: AbortSignal,
): Promise<(readonly Detection[])[]> {
  const progress = new Progress('detecting:', scenes.length, 'scenes');
  const found: (readonly Detection[])[] = [];
  for (const { image } of scenes) {
    signal.throwIfAborted();
    found.push((await detector.detect(image, sceneWindows)).detections);
    progress.advance();
  }
  progress.stop();
  return found;
}

interface JudgedScenes {
  readonly scenes: readonly ImageItem[];
  readonly counts: SceneCounts;
  readonly seconds: number;
  /** Of each class, for the detections that are drawn. */
  readonly thresholds: readonly number[];
}

async function writeReport(
  { device, out, seed }: SceneRun,
  judgement: Judgement,
  { scenes, counts, seconds, thresholds }: JudgedScenes,
): Promise<string> {
  const { detectionReport } = await import('../../report/detection-report.js');
  const data = await detectionReportData(judgement, {
    kicker: 'sppgpu demo',
    title: 'Digits found in scenes',
    run: {
      ...runDetailsOf(device, `sppgpu demo --only detect --seed ${seed}`, seconds),
      seed,
      split: `scenes composed of real digits: ${counts.crops} for the net, ${counts.train} of them for the detector, ${counts.test} of other digits held out`,
    },
  });
  const report = join(out, 'detection.html');
  await writeFileAtomic(
    report,
    detectionReport({
      ...data,
      examples: {
        note: 'Scenes that nothing was trained on, with the detections that score above the threshold that training found for their class.',
        pictures: examplesOf(judgement, scenes, thresholds),
      },
    }),
  );
  return report;
}

/** Some scenes with what was found in them, right and wrong. */
function examplesOf(
  { pictures, evaluation, dataset }: Judgement,
  scenes: readonly ImageItem[],
  thresholds: readonly number[],
): ExamplePicture[] {
  return scenes.slice(0, EXAMPLES).map(({ image, id }, index) => {
    const { detections } = pictures[index]!;
    const boxes = detections.flatMap(({ box, label, score }, place) => {
      const right = evaluation.matches[index]![place]!.outcome === 'right';
      return score > thresholds[label]! ? [{ box, right, label: dataset.classes[label]! }] : [];
    });
    return { image, name: id, boxes };
  });
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
