import { join } from 'node:path';
import type { Command } from 'commander';
import { crossings, makerOf, POOLING_POINTS, type PoolingLine, sweepPooling, withLimits } from '../../bench/pooling.js';
import { type Limits, measureLimits } from '../../bench/roofline.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { csvRow } from '../../io/csv.js';
import { readJsonl } from '../../io/jsonl.node.js';
import { textTable } from '../../report/text-table.js';
import type { Device } from '../../runtime/device.js';
import { FileError, SppgpuError } from '../../runtime/errors.js';
import { casePattern } from '../case-pattern.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { type CommonOptions, nonNegative, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { limitLine } from '../rung-table.js';

interface PoolingOptions extends CommonOptions {
  readonly cases: string;
  readonly budget: number;
  readonly with?: readonly string[];
  readonly out?: string;
  readonly list?: boolean;
}

/** `sppgpu bench pooling`: every rung of the pooling ladders over sizes of maps, channels, batches, pyramids and windows. */
export function addBenchPooling(bench: Command): void {
  const command = bench
    .command('pooling')
    .description('sweep sizes of maps, channels, batches, pyramids and windows: every rung, and other libraries')
    .optionsGroup(GROUPS.common)
    .option('--cases <regex>', 'only points whose name matches', '.')
    .option('--budget <seconds>', 'timing per rung and point', nonNegative, 0.5)
    .option(
      '--with <file...>',
      "lines of other libraries to show beside (see bench/README.md), or of this command's own",
    )
    .option('--out <folder>', 'write pooling.jsonl, pooling.csv and pooling.html')
    .option('--list', 'print the points and end');
  withCommonOptions(command).action(pooling);
}

async function pooling(options: PoolingOptions): Promise<void> {
  const pattern = casePattern(options.cases);
  const points = POOLING_POINTS.filter(({ benchCase }) => pattern.test(benchCase.name));
  if (points.length === 0)
    throw new UsageError(
      `bench pooling: no point matches --cases ${options.cases}; \`sppgpu bench pooling --list\` names them`,
    );
  if (options.list) {
    print(`${points.map(({ benchCase, sweep, fixed }) => `${benchCase.name} (${sweep}; ${fixed})`).join('\n')}\n`);
    return;
  }
  const others = (await Promise.all((options.with ?? []).map(readLines))).flat();
  await withDevice(options, async (device) => {
    const start = performance.now();
    const limits = await measureLimits(device);
    say(`${device.info.name}; ${limitLine(limits)}`);
    const show = (line: PoolingLine): void => {
      if (options.json) printJson(line);
      else
        say(
          `${line.case}, ${makerOf(line)}: ${line.ok ? `${line.ms.toPrecision(3)} ms` : `${line.slow ? 'given up' : 'WRONG'}: ${line.problem}`}`,
        );
    };
    const own = await sweepPooling(device, points, { budgetMs: options.budget * 1000, limits }, show);
    const names = new Set(points.map(({ benchCase }) => benchCase.name));
    const peers = withLimits(others, limits).filter((line) => names.has(line.case));
    peers.forEach(show);
    const lines = [...own, ...peers];
    if (!options.json) print(`${table(lines)}\n`);
    if (options.out !== undefined) await write(options.out, lines, limits, device, (performance.now() - start) / 1000);
    const wrong = own.filter(({ ok, slow }) => !ok && !slow).map((line) => `${line.case} (${makerOf(line)})`);
    if (wrong.length > 0) throw new SppgpuError(`bench pooling: ${wrong.join(', ')} gave no right result`);
  });
}

/** The lines of a file that this command, or the comparison with other libraries, printed. */
async function readLines(path: string): Promise<PoolingLine[]> {
  const records = await readJsonl(path);
  const isLine = (record: unknown): record is PoolingLine => {
    const line = record as Partial<PoolingLine> | null;
    return typeof line?.case === 'string' && typeof line.ok === 'boolean' && (!line.ok || typeof line.ms === 'number');
  };
  if (!records.every(isLine))
    throw new FileError(path, 'holds lines that are not of this benchmark', 'give what `bench pooling --json` printed');
  return records;
}

async function write(
  folder: string,
  lines: readonly PoolingLine[],
  limits: Limits,
  device: Device,
  seconds: number,
): Promise<void> {
  const { poolingReport } = await import('../../report/pooling-report.js');
  const report = poolingReport({
    times: lines.map((line) => ({ ...line, maker: makerOf(line) })),
    crossings: crossings(lines),
    limits,
    run: runDetailsOf(device, commandLine(), seconds),
  });
  await writeFileAtomic(join(folder, 'pooling.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFileAtomic(join(folder, 'pooling.csv'), csv(lines));
  await writeFileAtomic(join(folder, 'pooling.html'), report);
  say(`report: ${join(folder, 'pooling.html')}`);
}

const COLUMNS = [
  'case',
  'sweep',
  'at',
  'direction',
  'rung',
  'peer',
  'ok',
  'ms',
  'gbps',
  'shareOfLimit',
  'adapter',
] as const;

function csv(lines: readonly PoolingLine[]): string {
  return [COLUMNS, ...lines.map((line) => COLUMNS.map((column) => line[column]))].map(csvRow).join('');
}

function table(lines: readonly PoolingLine[]): string {
  const rows = lines.map((line) => [
    line.case,
    makerOf(line),
    line.ok ? line.ms.toPrecision(3) : line.slow ? 'given up' : 'WRONG',
    line.ok ? line.gbps.toPrecision(3) : '',
    line.shareOfLimit === undefined ? '' : `${(100 * line.shareOfLimit).toPrecision(3)} % of ${line.bound}`,
  ]);
  return textTable(['case', 'rung or library', 'ms', 'GB/s', 'of the limit'], rows);
}
