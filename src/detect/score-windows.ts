import { indexSelect } from '../ops/index-select.js';
import type { Picture } from '../picture/picture.js';
import { tensor } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { BoxRegressor } from './box-regression.js';
import { TARGETS } from './box-targets.js';
import { type Boxes, boxCount, takeBoxes } from './boxes.js';
import type { ClassScorer } from './class-scorer.js';
import type { ScoredWindows } from './detections.js';
import { distinctWindows } from './features/distinct-windows.js';
import { type StageClock, stage } from './features/stages.js';
import { windowFeatures } from './features/window-features.js';
import type { WindowSource } from './features/window-source.js';

/** The parts of a detector that judge windows. */
interface WindowJudge {
  readonly source: WindowSource;
  readonly parts: { readonly classes: readonly string[]; readonly trained: readonly boolean[] };
  readonly scorer: ClassScorer;
  readonly regressor: BoxRegressor | null;
}

/** See `Detector.score`. */
export async function scoreWindows(
  judge: WindowJudge,
  picture: Picture,
  boxes: Boxes,
  minScore: number,
  clock?: StageClock,
): Promise<ScoredWindows> {
  // Windows on the same cells are one window to the network: of selective search's, one in ten at the paper's scale.
  const { first, like } = await stage(clock, 'pool', () => distinctWindows(judge.source.keys(picture, boxes)));
  const own = await scoreEach(judge, picture, takeBoxes(boxes, first), minScore, clock);
  const classes = judge.parts.classes.length;
  return {
    boxes,
    scores: takeEach(own.scores, like, classes),
    corrections: own.corrections && takeEach(own.corrections, like, classes * TARGETS),
  };
}

async function scoreEach(
  { source, parts, scorer, regressor }: WindowJudge,
  picture: Picture,
  boxes: Boxes,
  minScore: number,
  clock?: StageClock,
): Promise<Pick<ScoredWindows, 'scores' | 'corrections'>> {
  const classes = parts.classes.length;
  const scores = new Float32Array(boxCount(boxes) * classes).fill(Number.NaN);
  const size = classes * TARGETS;
  const corrections = regressor && new Float32Array(boxCount(boxes) * size).fill(Number.NaN);
  for await (const { rows, features, pooled } of windowFeatures(source, picture, boxes, { ...(clock && { clock }) })) {
    const judge = async (): Promise<void> => {
      const found = await readAndFree(scorer.score(features));
      for (const [i, row] of rows.entries()) {
        for (const [label, trained] of parts.trained.entries()) {
          if (trained) scores[row * classes + label] = found[i * classes + label]!;
        }
      }
      if (!regressor || !corrections) return;
      const wanted = [...rows.keys()].filter((i) =>
        scores.subarray(rows[i]! * classes, (rows[i]! + 1) * classes).some((score) => score > minScore),
      );
      if (wanted.length === 0) return;
      const own = await correctionsOf(regressor, pooled, wanted);
      for (const [place, i] of wanted.entries()) {
        corrections.set(own.subarray(place * size, (place + 1) * size), rows[i]! * size);
      }
    };
    await stage(clock, 'svm', judge);
  }
  return { scores, corrections };
}

async function correctionsOf(regressor: BoxRegressor, pooled: Tensor, rows: readonly number[]): Promise<Float32Array> {
  const indices = tensor(pooled.device, Int32Array.from(rows));
  const chosen = indexSelect(pooled, indices);
  const values = await readAndFree(regressor.corrections(chosen));
  indices.dispose();
  chosen.dispose();
  return values;
}

/** For each window, the values of the one that looks like it. */
function takeEach(values: Float32Array, like: Int32Array, size: number): Float32Array<ArrayBuffer> {
  const taken = new Float32Array(like.length * size);
  for (const [window, place] of like.entries()) {
    taken.set(values.subarray(place * size, (place + 1) * size), window * size);
  }
  return taken;
}

async function readAndFree(values: Tensor): Promise<Float32Array> {
  try {
    return (await values.data()) as Float32Array;
  } finally {
    values.dispose();
  }
}
