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

type Window = [x0: number, y0: number, x1: number, y1: number];

/** Moves each edge of a window out, or else in, as long as that scores more, by steps that halve. */
function refine(
  scorer: BoxScorer,
  start: Readonly<Window>,
  startScore: number,
  size: readonly [width: number, height: number],
  share: number,
  found: ScoredWindows,
): void {
  const window: Window = [...start];
  let best = startScore;
  const steps = [Math.floor((window[2] - window[0]) * share), Math.floor((window[3] - window[1]) * share)];
  while (Math.max(...steps) > LEAST_STEP) {
    for (const axis of [0, 1]) steps[axis] = Math.max(1, steps[axis]! >> 1);
    for (const edge of EDGES) {
      const before = window[edge];
      for (const sign of [OUT, IN]) {
        window[edge] = moved(window, edge, sign * steps[edge % 2]!, size[edge % 2]!, before);
        const score = scorer.score(...window, best);
        if (score > best) {
          best = score;
          break;
        }
        window[edge] = before;
      }
    }
  }
  found.push(...window, best);
}

/** Where an edge comes to lie that moves so far out, in the picture and not past the opposite edge. */
function moved(window: Readonly<Window>, edge: Edge, by: number, side: number, from: number): number {
  return edge < 2
    ? Math.min(Math.max(0, from - by), window[(edge + 2) as Edge] - 1)
    : Math.max(Math.min(side, from + by), window[(edge - 2) as Edge] + 1);
}

/** Left, top, right, bottom: places in a window. */
const EDGES = [0, 1, 2, 3] as const;
type Edge = (typeof EDGES)[number];

/** Where an edge moves: out first, then in. */
const [OUT, IN] = [1, -1];
