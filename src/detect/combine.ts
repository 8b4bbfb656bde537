import type { Picture } from '../picture/picture.js';
import { concatArrays } from '../runtime/concat-arrays.js';
import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { TARGETS } from './box-targets.js';
import { type Boxes, boxCount } from './boxes.js';
import type { Detection } from './detection.js';
import { DETECTION_LIMITS, type DetectionLimits, detectionsOf, lowest, type ScoredWindows } from './detections.js';

/** What is asked of a detector here. */
interface ScoresWindows {
  readonly classes: readonly string[];
  score(picture: Picture, boxes: Boxes, minScore: number): Promise<ScoredWindows>;
}

/**
 * What several detectors found in the same picture, put together before suppression (paper, section 4.4): the windows of one
 * behind those of the other, each with its own scores and corrections.
 */
export function unionOf(sets: readonly ScoredWindows[], classes: number): ScoredWindows {
  const corrected = sets.some(({ corrections }) => corrections !== null);
  const size = classes * TARGETS;
  // A correction of nothing but zeros leaves a box where it is.
  const corrections = sets.map((set) => set.corrections ?? new Float32Array(boxCount(set.boxes) * size));
  return {
    boxes: concatArrays(
      Float32Array,
      sets.map(({ boxes }) => boxes),
    ),
    scores: concatArrays(
      Float32Array,
      sets.map(({ scores }) => scores),
    ),
    corrections: corrected ? concatArrays(Float32Array, corrections) : null,
  };
}

/** `detectTogether` of the package; what it does stands at its door, `detect-together.ts`. */
export async function detectTogether(
  detectors: readonly ScoresWindows[],
  picture: Picture,
  boxes: Boxes,
  limits: Partial<DetectionLimits>,
): Promise<Detection[]> {
  const classes = sharedClasses(detectors);
  const all = { ...DETECTION_LIMITS, ...limits };
  const sets: ScoredWindows[] = [];
  for (const detector of detectors) sets.push(await detector.score(picture, boxes, lowest(all.minScore)));
  return detectionsOf(unionOf(sets, classes.length), classes.length, picture, all);
}

/** The classes of all of them. @throws SppgpuError where they differ, also in their order */
export function sharedClasses(detectors: readonly Pick<ScoresWindows, 'classes'>[]): readonly string[] {
  const [first, ...others] = detectors;
  if (!first) throw new SppgpuError('detectTogether: no detectors; give at least one');
  for (const { classes } of others) {
    const odd = first.classes.findIndex((name, i) => name !== classes[i]);
    if (odd < 0 && classes.length === first.classes.length) continue;
    const name = odd < 0 ? classes[first.classes.length] : first.classes[odd];
    throw new SppgpuError(
      `detectTogether: the detectors have different classes (they differ at ${quoted(name)}); give detectors of the same data`,
    );
  }
  return first.classes;
}
