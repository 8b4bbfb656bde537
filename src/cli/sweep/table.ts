import { parse } from 'node:path';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { csvRow } from '../../io/csv.js';
import { metricText } from '../../report/metric.js';
import { type SweepRow, sweepReport } from '../../report/sweep-report.js';
import { betterScored, metricsOf, type Part } from '../../train/metrics.js';
import { type FileSum, writeSummed } from '../../work/shard-file.node.js';
import { say } from '../output.js';
import type { TrialResult } from './run-trial.js';

/** The results of a sweep, the best first; those that failed behind. */
export function ranked(results: readonly TrialResult[]): TrialResult[] {
  const good = results.filter(({ problem }) => problem === undefined);
  const part = judgedBy(good);
  const judged = (result: TrialResult): object =>
    Object.fromEntries(metricsOf(result, part).map(({ metric, value }) => [metric.name, value]));
  const failed = results.filter(({ problem }) => problem !== undefined);
  return [...good].sort((a, b) => betterScored(judged(a), judged(b))).concat(failed);
}

/** Held-out pictures judge, where every trial has some. */
const judgedBy = (good: readonly TrialResult[]): Part =>
  good.every((result) => metricsOf(result, 'validation').length > 0) ? 'validation' : 'training';

/** Where the parts of a table go: `sweep.json`, `sweep.csv`, `sweep.html`. */
function tableFiles(out: string): { readonly csv: string; readonly html: string } {
  const { dir, name, ext } = parse(out);
  const stem = ext === '.json' ? out.slice(0, -ext.length) : `${dir === '' ? '' : `${dir}/`}${name}${ext}`;
  return { csv: `${stem}.csv`, html: `${stem}.html` };
}

/** Writes the table as JSON to `out`, and as CSV and a page beside it. Throws FileError. */
export async function writeTable(
  results: readonly TrialResult[],
  words: readonly string[],
  out: string,
): Promise<FileSum> {
  const rows = ranked(results);
  const files = tableFiles(out);
  const options = Object.keys(rows[0]?.options ?? {});
  const fixed = ['trial', 'options', 'folder', 'problem'];
  const numbers = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !fixed.includes(name));
  const head = ['trial', ...options, ...numbers, 'folder', 'problem'];
  const lines = rows.map((row) => [
    row.trial,
    ...options.map((name) => row.options[name]),
    ...[...numbers, 'folder', 'problem'].map((name) => row[name]),
  ]);
  await writeFileAtomic(files.csv, [head, ...lines].map(csvRow).join(''));
  await writeFileAtomic(files.html, sweepReport(words, options, rows.map(shown)));
  const [trials, failed] = [true, false].map((good) => rows.filter(({ problem }) => (problem === undefined) === good));
  const best = rows[0]?.problem === undefined && rows[0];
  if (best)
    say(
      `best: ${best.trial}: ${metricsShown(best)
        .map(([label, text]) => `${label} ${text}`)
        .join(', ')}`,
    );
  return writeSummed(out, `${JSON.stringify({ trials, failed }, null, 1)}\n`);
}

function shown(row: TrialResult): SweepRow {
  const { trial, options, seconds, problem } = row;
  return { trial, options, seconds, problem, metrics: metricsShown(row) };
}

function metricsShown(row: TrialResult): [string, string][] {
  return (['validation', 'training'] as const).flatMap((part) =>
    metricsOf(row, part).map(({ metric, value }): [string, string] => [
      `${part === 'validation' ? 'validation ' : ''}${metric.label}`,
      metricText(metric, value),
    ]),
  );
}
