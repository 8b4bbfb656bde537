/** The comparison as a text table: milliseconds, spread, rate, and how many times slower than the first column. */
import type { Summary } from '../src/bench/harness.js';

/** What came of a case in one library. */
export type Result =
  | ({ ok: true; way: string; coldMs: number; rejected: readonly Rejected[]; inner: number } & Summary)
  | { ok: false; error: string };

/** A way that was not taken, and why. */
export interface Rejected {
  readonly way: string;
  readonly problem: string;
}

/** A JSON line of the comparison. */
export interface Line {
  readonly family: string;
  readonly case: string;
  readonly adapter: string;
  readonly flops: number;
  readonly bytes: number;
  readonly results: Readonly<Record<string, Result>>;
  readonly ratios: Readonly<Record<string, number | null>>;
}

export interface Column {
  readonly name: string;
  readonly library: string;
}

/** The rate that says most about a result: [key, unit]. */
function rateOf(
  family: string,
  result: Summary,
): ['imagesPerSecond' | 'microsecondsPerOp' | 'gflops' | 'gbps', string] {
  if (result.imagesPerSecond) return ['imagesPerSecond', 'img/s'];
  if (result.microsecondsPerOp) return ['microsecondsPerOp', 'us/op'];
  return ['matmul', 'fc', 'conv'].includes(family) ? ['gflops', 'GFLOP/s'] : ['gbps', 'GB/s'];
}

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** How many times slower `other` is than `base`, or null where one of them has no valid time. */
export function ratio(base: Result | undefined, other: Result | undefined): number | null {
  return base?.ok && other?.ok ? other.ms / base.ms : null;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** One cell: `12.3 ms [11.9..13.0] 7.1 GFLOP/s 2.4x`, or `wrong: ...`. */
function cell(family: string, result: Result | undefined, base: Result | undefined): string {
  if (!result) return '-';
  if (!result.ok) return `not counted: ${result.error.length > 44 ? `${result.error.slice(0, 43)}…` : result.error}`;
  const [key, unit] = rateOf(family, result);
  const [low, high] = result.spread.map(figure) as [string, string];
  const times = base && base !== result ? ratio(base, result) : null;
  return `${figure(result.ms)} ms [${low}..${high}] ${figure(result[key]!)} ${unit}${times ? ` ${figure(times)}x` : ''}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * @param lines the JSON lines of the cases
 * @param columns [{name, library}] in the table's order; the first one is the base of the ratios
 */
export function table(lines: readonly Line[], columns: readonly Column[]): string {
  const base = columns[0]!.name;
  const head = ['case', ...columns.map(({ library }) => library)];
  const body = lines.map(({ case: name, family, results }) => [
    name,
    ...columns.map((column) => cell(family, results[column.name], results[base])),
  ]);
  return aligned([head, ...body]);
}

/** One line a peer: geometric mean over the cases both got right, by family and over all but `overhead`. */
export function summary(lines: readonly Line[], columns: readonly Column[]): string[] {
  const [base, ...peers] = columns as [Column, ...Column[]];
  return peers.map(({ name, library }) => {
    const ratios = lines.map((line) => ({ line, times: ratio(line.results[base.name], line.results[name]) }));
    const of = (keep: (family: string) => boolean): number[] =>
      ratios.flatMap(({ line, times }) => (times !== null && keep(line.family) ? [times] : []));
    const all = of((family) => family !== 'overhead');
    if (all.length === 0) return `${library}: no case that both ${base.library} and it got right`;
    const families = [...new Set(lines.map((line) => line.family))]
      .map((family) => ({ family, values: of((f) => f === family) }))
      .filter(({ values }) => values.length > 0)
      .map(({ family, values }) => `${family} ${figure(geometricMean(values))}x`);
    const failed = lines.filter((line) => line.results[name]?.ok === false).map((line) => line.case);
    const ahead = ratios.filter(({ times }) => times !== null && times < 1).map(({ line }) => line.case);
    return (
      `${library} takes ${figure(geometricMean(all))}x the time of ${base.library} (geometric mean of ${all.length} cases: ` +
      `${families.join(', ')})${ahead.length ? `; faster in ${ahead.join(', ')}` : ''}` +
      `${failed.length ? `; not counted: ${failed.join(', ')}` : ''}`
    );
  });
}
