import type { Limits } from '../bench/roofline.js';
import type { RungLine } from '../bench/time-rungs.js';
import { textTable } from '../report/text-table.js';

/** Rungs as measured, beside what the adapter can do at most. */
export function rungTable(lines: readonly RungLine[], limits: Limits): string {
  const rows = lines.map((line) => [
    `${line.rung}${line.chosen ? ' *' : ''}`,
    line.ok ? line.ms.toPrecision(4) : 'WRONG',
    line.ok ? line.spread.map((ms) => ms.toPrecision(3)).join('-') : '',
    line.ok ? line.gflops.toPrecision(3) : '',
    line.ok ? line.gbps.toPrecision(3) : '',
    line.ok ? `${(100 * line.shareOfLimit).toPrecision(3)} % of ${line.bound}` : '',
    Number.isNaN(line.error) ? '' : line.error.toExponential(1),
  ]);
  return `${textTable(['rung', 'ms', 'spread', 'GFLOP/s', 'GB/s', 'of the limit', 'error'], rows)}\n\n${limitLine(limits)}; *: chosen`;
}

/** Both roofs in words. */
export function limitLine({ gbps, gflops }: Limits): string {
  return `limits of this adapter, as measured: ${gbps.toPrecision(3)} GB/s copied, ${gflops.toPrecision(4)} GFLOP/s of multiply-adds`;
}
