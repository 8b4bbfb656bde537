import { textTable } from '../report/text-table.js';
import { TIE_RULE } from '../svm/ranking.js';
import { type Look, lookName } from './feature-options.js';
import type { Protocol, ProtocolResult } from './svm-protocols.js';

/** What came of one layer in one look: a cell of the paper's Tables 6 and 7. */
export interface Cell extends Look {
  readonly layer: string;
  /** Values of a vector. */
  readonly dimension: number | null;
  /** Null where the layer has no vectors of one length in this look; `problem` then says why. */
  readonly result: ProtocolResult | null;
  readonly problem: string | null;
}

/** What `--json` prints of a cell: nulls where there is nothing. */
export function cellRecord(
  protocol: Protocol,
  { layer, scale, mode, result }: Cell,
): Readonly<Record<string, unknown>> {
  const measure = protocol === 'voc07' ? { map: result?.map ?? null } : { accuracy: result?.accuracy ?? null };
  const { c = null, deviation = null, gap = null } = result ?? {};
  return { protocol, layer, scale, mode, c, ...measure, deviation, gap };
}

/** A cell in one line. */
export function cellLine(cell: Cell): string {
  const place = `${cell.layer}, ${lookName(cell)}`;
  return cell.result ? `${place}: ${score(cell)} %` : `${place}: - (${cell.problem})`;
}

/** All cells with their details; where there are several looks, also as the paper has it: a row per layer, a column per look. */
export function cellTables(protocol: Protocol, cells: readonly Cell[]): string {
  const measure = protocol === 'voc07' ? 'mAP %' : 'accuracy %';
  const details = textTable(
    ['layer', 'picture', 'values', measure, '+-', 'C', 'duality gap'],
    cells.map((cell) => [
      ...[cell.layer, lookName(cell), String(cell.dimension ?? '-'), score(cell), percent(cell.result?.deviation)],
      ...[String(cell.result?.c ?? '-'), cell.result?.gap.toExponential(1) ?? '-'],
    ]),
  );
  const rule = protocol === 'voc07' ? `\n\nmAP: ${TIE_RULE}` : '';
  const looks = [...new Set(cells.map(lookName))];
  if (looks.length < 2) return details + rule;
  const layers = [...new Set(cells.map(({ layer }) => layer))];
  const rows = layers.map((layer) => [
    layer,
    ...looks.map((look) => {
      const cell = cells.find((one) => one.layer === layer && lookName(one) === look);
      return cell ? score(cell) : '-';
    }),
  ]);
  return `${details}\n\n${textTable([measure, ...looks], rows)}${rule}`;
}

const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '-' : (100 * share).toFixed(2);

const score = ({ result }: Cell): string => percent(result?.map ?? result?.accuracy);
