import type { EvaluateOptions } from '../../classify/score-pictures.js';
import type { ViewProtocol } from '../../classify/views.js';
import type { ImageLoader } from '../../data/loader.js';
import type { Network } from '../../models/network.js';
import type { RankedSample, RunDetails } from '../../report/types.js';

/** What was found under the protocol of one name. */
export interface Found<Result> {
  readonly name: string;
  readonly result: Result;
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
export interface EvaluationKind<Result> {
  evaluate(network: Network, loader: ImageLoader, protocol: ViewProtocol, options: EvaluateOptions): Promise<Result>;
  /** The line of `--json` for one protocol. */
  line(found: Found<Result>): Record<string, unknown>;
  /** What people see on stdout. */
  table(found: readonly Found<Result>[], classes: readonly string[]): string;
  /** The best of several results. */
  best(found: readonly Found<Result>[]): Found<Result>;
  report(found: readonly Found<Result>[], context: ReportContext): Promise<string>;
}

/** A protocol's name as a number where it is one. */
export function viewsOf(name: string): number | string {
  return /^\d+$/u.test(name) ? Number(name) : name;
}

/** A share as tables show it, in percent without the sign; a hyphen where there is nothing to measure. */
export function hundredths(share: number): string {
  return Number.isNaN(share) ? '-' : (100 * share).toFixed(2);
}
