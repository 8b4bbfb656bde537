import type { BoxScorer } from './box-scorer.js';
import type { EdgeBoxesOptions } from './options.js';

/** Windows with their scores: x0, y0, x1, y1, score each. */
export type ScoredWindows = number[];

type Settings = Required<Pick<EdgeBoxesOptions, 'alpha' | 'minScore' | 'maxAspectRatio' | 'minBoxArea'>>;

/** Pixels below which no edge of a window is moved. */
const LEAST_STEP = 2;

/** Share of a side that a window moves, so that neighbours have an IoU of alpha. */
const stepShare = (alpha: number): number => (1 - alpha) / (1 + alpha);

/**
 * Slides windows of many sizes and shapes over the picture, and refines those that score at least `minScore` (Zitnick and
 * Dollar 2014, section 3.3). Sizes, shapes and places lie so close that a window and its neighbour have an IoU of about alpha.
 */
export function searchWindows(scorer: BoxScorer, width: number, height: number, settings: Settings): ScoredWindows {
  const { alpha, minScore, maxAspectRatio, minBoxArea } = settings;
  const share = stepShare(alpha);
  const smallest = Math.sqrt(minBoxArea);
  const growth = Math.sqrt(1 / alpha);
  const shape = (1 + alpha) / (2 * alpha);
  const scales = Math.ceil(Math.log(Math.max(width, height) / smallest) / Math.log(growth));
  const shapes = Math.floor(Math.log(maxAspectRatio) / Math.log(shape * shape));
  const found: ScoredWindows = [];
  for (let scale = 0; scale < Math.max(1, scales); scale++) {
    const side = smallest * growth ** scale;
    for (let ratio = -shapes; ratio <= shapes; ratio++) {
      const wide = Math.round(side * shape ** ratio);
      const high = Math.round(side / shape ** ratio);
      const stepX = Math.max(LEAST_STEP, Math.round(wide * share));
      const stepY = Math.max(LEAST_STEP, Math.round(high * share));
      for (let y = 0; y < height - high + stepY; y += stepY) {
        for (let x = 0; x < width - wide + stepX; x += stepX) {
          const right = Math.min(width, x + wide);
          const bottom = Math.min(height, y + high);
          const score = scorer.score(x, y, right, bottom, minScore);
          if (score > 0) refine(scorer, [x, y, right, bottom], score, [width, height], share, found);
        }
      }
    }
  }
  return found;
}

/** Moves each edge of a window out, or else in, as long as that scores more, by steps that halve. */
function refine(
  scorer: BoxScorer,
  window: [x0: number, y0: number, x1: number, y1: number],
  start: number,
  [width, height]: readonly [number, number],
  share: number,
  found: ScoredWindows,
): void {
  let [x0, y0, x1, y1] = window;
  let best = start;
  let stepX = Math.floor((x1 - x0) * share);
  let stepY = Math.floor((y1 - y0) * share);
  while (stepX > LEAST_STEP || stepY > LEAST_STEP) {
    stepX = Math.max(1, stepX >> 1);
    stepY = Math.max(1, stepY >> 1);
    for (let sign = OUT; sign >= IN; sign -= 2) {
      const left = Math.min(Math.max(0, x0 - sign * stepX), x1 - 1);
      const score = scorer.score(left, y0, x1, y1, best);
      if (score > best) {
        x0 = left;
        best = score;
        break;
      }
    }
    for (let sign = OUT; sign >= IN; sign -= 2) {
      const top = Math.min(Math.max(0, y0 - sign * stepY), y1 - 1);
      const score = scorer.score(x0, top, x1, y1, best);
      if (score > best) {
        y0 = top;
        best = score;
        break;
      }
    }
    for (let sign = OUT; sign >= IN; sign -= 2) {
      const right = Math.max(Math.min(width, x1 + sign * stepX), x0 + 1);
      const score = scorer.score(x0, y0, right, y1, best);
      if (score > best) {
        x1 = right;
        best = score;
        break;
      }
    }
    for (let sign = OUT; sign >= IN; sign -= 2) {
      const bottom = Math.max(Math.min(height, y1 + sign * stepY), y0 + 1);
      const score = scorer.score(x0, y0, x1, bottom, best);
      if (score > best) {
        y1 = bottom;
        best = score;
        break;
      }
    }
  }
  found.push(x0, y0, x1, y1, best);
}

/** Where an edge moves: out first, then in. */
const [OUT, IN] = [1, -1];
