/** The page of `bench collect`: the parts of `bench/gpu.sh`, each a table of what it printed. */
import { table } from './figure.js';
import { duration, number } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';

/** One part of a collection: how it ended, and the objects that it printed. */
export interface CollectedPart {
  readonly name: string;
  /** Exit status; 124 for one that ran out of time. */
  readonly status: number;
  readonly seconds: number;
  readonly records: readonly unknown[];
  /** The last line that it wrote for people, where it failed. */
  readonly lastLine?: string;
}

const MOST_ROWS = 400;

/** One self-contained HTML document. */
export function collectedReport(parts: readonly CollectedPart[], adapter: string): string {
  const failed = parts.filter(({ status }) => status !== 0);
  return page({
    kicker: 'bench/gpu.sh',
    title: adapter,
    lead: `${parts.length} parts in ${duration(parts.reduce((total, { seconds }) => total + seconds, 0))}; ${failed.length === 0 ? 'all ended well' : `not well ended: ${failed.map(({ name }) => name).join(', ')}`}.`,
    body: html`${parts.map(partSection)}`,
  });
}

function partSection({ name, status, seconds, records, lastLine }: CollectedPart): Content {
  const outcome = status === 0 ? '' : status === 124 ? '; ran out of time' : `; exit status ${status}`;
  const rows = records.flatMap(rowsOf).slice(0, MOST_ROWS);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return section(
    name,
    `${duration(seconds)}${outcome}${lastLine ? `: ${lastLine}` : ''}`,
    rows.length > 0 &&
      table({ columns, words: 2, rows: rows.map((row) => columns.map((column) => cell(row[column]))) }, name),
  );
}

type Row = Readonly<Record<string, unknown>>;

/** Objects with their plain values; an array, or an object that holds one of rows, gives its elements. */
function rowsOf(record: unknown): Row[] {
  if (Array.isArray(record)) return record.flatMap(rowsOf);
  if (typeof record !== 'object' || record === null) return [];
  const { rows } = record as { rows?: unknown };
  if (Array.isArray(rows)) return rows.flatMap(rowsOf);
  const plain = Object.entries(record).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return plain.length > 0 ? [Object.fromEntries(plain)] : [];
}

function cell(value: unknown): string {
  return typeof value === 'number' ? number(value, 4) : value === undefined ? '–' : String(value);
}
