import type { EvaluateOptions } from '../../classify/score-pictures.js';
import type { ViewProtocol } from '../../classify/views.js';
import type { ImageLoader } from '../../data/loader.js';
import type { Network } from '../../models/network.js';
import type { Metric } from '../../report/metric.js';
import { textTable } from '../../report/text-table.js';
import type { RankedSample, RunDetails, ViewsResult } from '../../report/types.js';
import { betterScored, scoresOf } from '../../train/metrics.js';

/** What was found under the protocol of one name. */
export interface Found<Result> {
  readonly name: string;
  readonly result: Result;
}

/** What every kind of evaluation has, beside its scores. */
export interface ScoredImages {
  readonly images: number;
  readonly viewsPerImage: number;
  readonly seconds: number;
}

/** What a report says beside the results. */
export interface ReportContext {
  readonly model: string;
  readonly dataset: string;
  readonly classes: string[];
  readonly samples: RankedSample[];
  readonly run: RunDetails;
}

/** How one kind of labels is judged and told. */
export interface EvaluationKind<Result extends ScoredImages> {
  evaluate(network: Network, loader: ImageLoader, protocol: ViewProtocol, options: EvaluateOptions): Promise<Result>;
  /** What people see on stdout. */
  table(found: readonly Found<Result>[], classes: readonly string[]): string;
  report(found: readonly Found<Result>[], context: ReportContext): Promise<string>;
}

/** The line of `--json` for one protocol: its scores, how many pictures, how long. */
export function scoresLine(
  { name, result }: Found<Pick<ScoredImages, 'images'> & { readonly seconds?: number }>,
  untimed = false,
): Record<string, unknown> {
  return {
    views: viewsOf(name),
    ...Object.fromEntries(scoresOf(result).map(({ metric, value }) => [metric.name, value])),
    images: result.images,
    ...(!untimed && result.seconds !== undefined && { seconds: Number(result.seconds.toFixed(3)) }),
  };
}

/** Scores and time of each protocol. */
export function scoresTable(found: readonly Found<ScoredImages>[]): string {
  const scores = scoresOf(found[0]!.result);
  const shown = (value: number, { format }: Metric) => (format === 'share' ? hundredths(value) : value.toFixed(3));
  return textTable(
    ['views', 'per picture', ...scores.map(({ metric }) => header(metric)), 'images', 's', 'images/s'],
    found.map(({ name, result }) => [
      name,
      result.viewsPerImage.toFixed(1),
      ...scoresOf(result).map(({ metric, value }) => shown(value, metric)),
      String(result.images),
      result.seconds.toFixed(1),
      (result.images / result.seconds).toFixed(1),
    ]),
  );
}

const header = ({ label, format }: Metric): string => (format === 'share' ? `${label} %` : label);

/** The best of several results, by the first score that they have; of equal ones the first. */
export function bestScored<Result extends object>(found: readonly Found<Result>[]): Found<Result> {
  return found.reduce((a, b) => (betterScored(b.result, a.result) < 0 ? b : a));
}

/** Metrics and results as reports take them. */
export function reportedViews(found: readonly Found<ScoredImages>[]): { metrics: Metric[]; views: ViewsResult[] } {
  return {
    metrics: scoresOf(found[0]!.result).map(({ metric }) => metric),
    views: found.map(({ name, result }) => ({
      views: Math.round(result.viewsPerImage),
      name,
      scores: Object.fromEntries(scoresOf(result).map(({ metric, value }) => [metric.name, value])),
      images: result.images,
      seconds: result.seconds,
    })),
  };
}

/** A protocol's name as a number where it is one. */
function viewsOf(name: string): number | string {
  return /^\d+$/u.test(name) ? Number(name) : name;
}

/** A share as tables show it, in percent without the sign; a hyphen where there is nothing to measure. */
export function hundredths(share: number): string {
  return Number.isNaN(share) ? '-' : (100 * share).toFixed(2);
}
