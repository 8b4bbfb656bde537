import type { ImageItem } from '../data/dataset.js';
import type { Bucket } from '../report/types.js';
import type { Verdict } from './evaluate-digits.js';

/** Edges, in pixels, between the buckets of the longer side. */
const SIZE_EDGES = [24, 32, 48, 64, 80];
/** Edges between the buckets of width / height. */
const ASPECT_EDGES = [0.5, 0.8, 1.25, 2];

export function isRight({ item, predicted }: Verdict): boolean {
  return item.label === predicted;
}

export function correctOf(verdicts: readonly Verdict[]): number {
  return verdicts.filter(isRight).length;
}

/** Right answers by the longer side of the picture. */
export function sizeBuckets(verdicts: readonly Verdict[], counts = isRight): Bucket[] {
  return buckets(verdicts, counts, ({ image }) => Math.max(image.width, image.height), SIZE_EDGES, ' px');
}

/** Right answers by width / height of the picture. */
export function shapeBuckets(verdicts: readonly Verdict[], counts = isRight): Bucket[] {
  return buckets(verdicts, counts, ({ image }) => image.width / image.height, ASPECT_EDGES);
}

function buckets(
  verdicts: readonly Verdict[],
  counts: (verdict: Verdict) => boolean,
  measure: (item: ImageItem) => number,
  edges: readonly number[],
  unit = '',
): Bucket[] {
  const result = Array.from({ length: edges.length + 1 }, (_, i) => {
    const [low, high] = [edges[i - 1], edges[i]];
    const label = low === undefined ? `< ${high}` : high === undefined ? `≥ ${low}` : `${low}–${high}`;
    return { label: label + unit, correct: 0, total: 0 };
  });
  for (const verdict of verdicts) {
    const value = measure(verdict.item);
    const bucket = result[edges.filter((edge) => value >= edge).length]!;
    bucket.total++;
    if (counts(verdict)) bucket.correct++;
  }
  return result.filter(({ total }) => total > 0);
}
