import type { PixelBox } from '../../../data/objects.js';
import { concatArrays } from '../../../runtime/concat-arrays.js';
import { Rng } from '../../../tensor/rng.js';
import { type Boxes, boxArea, boxAt, boxCount, iou, takeBoxes } from '../../boxes.js';
import type { Proposals } from '../proposals.js';
import type { Hierarchy } from './grouping.js';

export interface RankingOptions {
  /** Pixels that a window has in either direction at least (all of the picture's where it has fewer). */
  readonly minSide: number;
  readonly maxBoxes: number;
  /** Of the order among windows of one level. */
  readonly seed: number;
}

/** Windows that overlap a better one by more than this IoU come after all that do not. */
const NEARLY_THE_SAME = 0.9;

/**
 * The windows of all hierarchies, the best first. A window ranks by its level: the whole picture is 1, its last two parts are
 * 2 and 3, and so on down to the first cut; the hierarchies take turns, in a random order at each level. (The paper multiplies
 * the level by a random number, which puts many coarse windows behind fine ones.) The same window of several hierarchies
 * counts once, and what nearly repeats a better window waits until the others are through. Regions that are large enough in one
 * direction and half so in the other give a window of the least size around them; smaller ones none.
 * @param hierarchies for each cut the hierarchies that start from it; its first parts are taken from the first only
 */
export function rankWindows(hierarchies: readonly (readonly Hierarchy[])[], options: RankingOptions): Proposals {
  const { boxes, levels } = distinctWindows(hierarchies, options.minSide);
  const rng = new Rng(options.seed, [0, 0, 0]);
  const ties = Uint32Array.from(levels, () => rng.nextU32());
  const order = Uint32Array.from(levels, (_, i) => i).sort(
    (a, b) => levels[a]! - levels[b]! || ties[a]! - ties[b]! || a - b,
  );
  const ranked = repeatsLast(takeBoxes(boxes, order), options.maxBoxes);
  const scores = Float32Array.from({ length: boxCount(ranked) }, (_, rank) => 1 - rank / boxCount(ranked));
  return { boxes: ranked, scores };
}

interface Windows {
  readonly boxes: Boxes;
  readonly levels: readonly number[];
}

/** Every large enough box once, at the best of its levels. */
function distinctWindows(hierarchies: readonly (readonly Hierarchy[])[], minSide: number): Windows {
  const places = new Map<string, number>();
  const levels: number[] = [];
  const found: Boxes[] = [];
  for (const ofCut of hierarchies) {
    for (const [i, { count, boxes }] of ofCut.entries()) {
      const regions = boxCount(boxes);
      const picture = boxAt(boxes, regions - 1);
      for (let region = i === 0 ? 0 : count; region < regions; region++) {
        const box = windowAround(boxAt(boxes, region), picture, minSide);
        if (!box) continue;
        const level = region < count ? count : regions - region;
        const name = box.join(' ');
        const place = places.get(name);
        if (place === undefined) {
          places.set(name, levels.length);
          levels.push(level);
          found.push(box);
        } else if (level < levels[place]!) levels[place] = level;
      }
    }
  }
  return { boxes: concatArrays(Float32Array, found), levels };
}

/** A region's box, at least `minSide` long in both directions; null where the region is too small. */
function windowAround(region: PixelBox, picture: PixelBox, minSide: number): Boxes | null {
  const [width, height] = [Math.min(minSide, picture.x1), Math.min(minSide, picture.y1)];
  const [across, down] = [(region.x1 - region.x0) / width, (region.y1 - region.y0) / height];
  if (Math.max(across, down) < 1 || Math.min(across, down) < 0.5) return null;
  const [x0, x1] = widened(region.x0, region.x1, width, picture.x1);
  const [y0, y1] = widened(region.y0, region.y1, height, picture.y1);
  return Float32Array.of(x0, y0, x1, y1);
}

/** A stretch of at least `least` pixels around another, in the middle as far as the picture's `end` lets it. */
function widened(from: number, to: number, least: number, end: number): readonly [from: number, to: number] {
  if (to - from >= least) return [from, to];
  const start = Math.min(end - least, Math.max(0, from - Math.ceil((least - (to - from)) / 2)));
  return [start, start + least];
}

/** The first `limit` of the boxes when those that nearly repeat one before them have moved to the end. */
function repeatsLast(boxes: Boxes, limit: number): Boxes {
  const kept: number[] = [];
  const later: number[] = [];
  // Boxes that overlap so far have nearly the same area: those of other sizes need not be compared.
  const bySize = new Map<number, number[]>();
  for (let i = 0; i < boxCount(boxes) && kept.length < limit; i++) {
    const size = Math.floor(Math.log(boxArea(boxes, i)) / -Math.log(NEARLY_THE_SAME));
    const repeats = (other: number): boolean => iou(boxes, i, boxes, other) > NEARLY_THE_SAME;
    if ([size - 1, size, size + 1].some((near) => bySize.get(near)?.some(repeats))) {
      later.push(i);
      continue;
    }
    kept.push(i);
    const group = bySize.get(size);
    if (group) group.push(i);
    else bySize.set(size, [i]);
  }
  return takeBoxes(boxes, [...kept, ...later].slice(0, limit));
}
