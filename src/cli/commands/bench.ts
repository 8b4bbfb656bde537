import type { Command } from 'commander';
import { CASES, type Case } from '../../bench/cases.js';
import type { OwnCase } from '../../bench/own/own-case.js';
import { OWN_CASES, type OwnLine, runOwnCase } from '../../bench/own/run.node.js';
import { type Limits, measureLimits, type RoofShare, shareOfLimit } from '../../bench/roofline.js';
import { type PreparedCase, prepareCase, timeCase } from '../../bench/time-case.js';
import { canRun } from '../../ops/ladder.js';
import { ladders, opsOf } from '../../ops/ladders.js';
import { textTable } from '../../report/text-table.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import { casePattern } from '../case-pattern.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { type CommonOptions, nonNegative, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { comparePeers } from '../peers.js';
import { limitLine } from '../rung-table.js';
import { addBenchCollect } from './bench-collect.js';
import { addBenchNets } from './bench-nets.js';
import { addBenchPooling } from './bench-pooling.js';

interface BenchOptions extends CommonOptions {
  readonly cases: string;
  readonly budget: number;
  readonly list?: boolean;
  readonly rungs?: boolean;
  readonly roofline?: boolean;
  readonly peers?: true | string;
}

/** One line of `bench --json`; `ms` is the median, `spread` the fastest and slowest sample. */
interface BenchLine {
  readonly family: string;
  readonly case: string;
  /** With `--rungs`: what was asked for, as `family: rung`. */
  readonly rung?: string;
  readonly ms: number;
  readonly spread: readonly [number, number];
  readonly gflops: number;
  readonly gbps: number;
  readonly imagesPerSecond?: number;
  /** The largest difference from float64, as a share of the root mean square; none where the case could not run. */
  readonly error?: number;
  /** The first run: compilation included. */
  readonly coldMs: number;
  readonly adapter: string;
  readonly ok: boolean;
  readonly problem?: string;
  /** With `--roofline`: how near it comes to the limit that binds, which that is, and both limits. */
  readonly shareOfLimit?: number;
  readonly bound?: RoofShare['bound'];
  readonly limits?: Limits;
}

/** `sppgpu bench`: every kernel family on this adapter; results are checked before their time counts. */
export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .description('time every kernel family on this adapter')
    .optionsGroup(GROUPS.common)
    .option('--cases <regex>', 'only cases whose name matches', '.')
    .option('--budget <seconds>', 'timing per case', nonNegative, 3)
    .option(
      '--rungs',
      "time every rung of the cases' kernel ladders that this adapter can run, not only the chosen one",
    )
    .option(
      '--roofline',
      'measure copy bandwidth and f32 rate first; every time also as a share of the limit that binds it',
    )
    .option(
      '--peers [names]',
      'time the cases in other libraries as well, in turns (in a checkout, after npm ci in bench/peers): tfjs, jax, ort, tfjs-wasm, jax-wasm, torch (default: tfjs,jax)',
    )
    .option('--list', 'print the cases and end');
  withCommonOptions(command).action(bench);
  addBenchPooling(command);
  addBenchNets(command);
  addBenchCollect(command);
}

async function bench(options: BenchOptions): Promise<void> {
  const wanted = ({ name }: { readonly name: string }): boolean => casePattern(options.cases).test(name);
  const shared = CASES.filter(wanted);
  const own = OWN_CASES.filter(wanted);
  if (shared.length + own.length === 0)
    throw new UsageError(`bench: no case matches --cases ${options.cases}; \`sppgpu bench --list\` names them`);
  if (options.list) {
    if (options.json) {
      printJson(shared);
      return;
    }
    print(`${[...shared, ...own].map(({ name, family }) => `${name} (${family})`).join('\n')}\n`);
    return;
  }
  if (options.peers !== undefined) {
    process.exitCode = await comparePeers(peerOptions(options, options.peers), !options.json);
    return;
  }
  const work = (device: Device | null): Promise<void> => runAll(device, shared, own, options);
  await (own.length > 0 && [...shared, ...own].every(withoutDevice) ? work(null) : withDevice(options, work));
}

/** The options of the comparison. Adapters go by a part of their name there. */
function peerOptions({ cases, budget, device, rungs, roofline }: BenchOptions, peers: string | true) {
  if (rungs || roofline)
    throw new UsageError('bench: --peers times what each library chooses; leave out --rungs and --roofline');
  if (device === 'hardware')
    throw new UsageError("bench: --peers takes --device software, or a part of an adapter's name");
  if (budget === 0) throw new UsageError('bench: --peers needs a --budget above 0 seconds');
  const runners = `sppgpu,${peers === true ? 'tfjs,jax' : peers}`;
  const common = { runners, cases, budget: String(budget), lines: true } as const;
  if (device === 'software') return { ...common, swiftshader: true } as const;
  return device === 'auto' ? common : { ...common, adapter: device };
}

const withoutDevice = (benchCase: Case | OwnCase): boolean => 'withoutDevice' in benchCase;

/** `device`: null where no case needs one. */
async function runAll(
  device: Device | null,
  shared: readonly Case[],
  own: readonly OwnCase[],
  { budget, json, rungs, roofline }: BenchOptions,
): Promise<void> {
  if (device) say(`${device.info.name}; a sample is many executions and one wait, nothing is read back inside it`);
  const show = (line: BenchLine | OwnLine): void => {
    const name = 'way' in line ? `${line.case}, ${line.way}` : nameOf(line);
    if (json) printJson(line);
    else say(`${name} ${line.ok ? `${line.ms.toFixed(2)} ms` : `WRONG: ${line.problem}`}`);
  };
  const limits = roofline && device ? await measureLimits(device) : null;
  if (limits) say(limitLine(limits));
  const lines: BenchLine[] = [];
  for (const benchCase of shared) {
    const prepared = prepareCase(benchCase);
    for (const wish of [null, ...(rungs ? wishesFor(device!, benchCase) : [])]) {
      const line = await runCase(device!, prepared, budget * 1000, wish, limits);
      lines.push(line);
      show(line);
    }
  }
  const ownLines: OwnLine[] = [];
  for (const ownCase of own) {
    const found = await runOwnCase(ownCase, device, budget * 1000);
    ownLines.push(...found);
    found.forEach(show);
  }
  const tables = [...(lines.length > 0 ? [table(lines)] : []), ...(ownLines.length > 0 ? [ownTable(ownLines)] : [])];
  if (!json) print(`${tables.join('\n\n')}\n`);
  const wrong = [...lines, ...ownLines].filter(({ ok }) => !ok).map((line) => line.case);
  if (wrong.length > 0)
    throw new SppgpuError(`bench: ${wrong.join(', ')} gave wrong results on this adapter; run \`sppgpu selftest\``);
}

/** A rung that a case is timed on. */
interface Wish {
  readonly rung: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const OPS: Partial<Record<Case['kind'], string>> = {
  matmul: 'matmul',
  conv: 'conv2d',
  maxpool: 'maxPool2d',
  spp: 'spatialPyramidPool',
  crossEntropy: 'crossEntropy',
};

/** The rungs of a case's ladders that the device can run; those of gradients only where the case has one. */
function wishesFor(device: Device, { kind, direction }: Case): Wish[] {
  return ladders
    .filter((each) => opsOf(each).includes(OPS[kind] ?? '') && (direction !== 'fwd' || !/gradient/.test(each.family)))
    .flatMap(({ family, ask, rungs }) =>
      rungs
        .filter((row) => canRun(device, row))
        .map(({ rung }) => ({ rung: `${family}: ${rung}`, attributes: ask(rung as never) })),
    );
}

const nameOf = (line: BenchLine): string => (line.rung ? `${line.case} (${line.rung})` : line.case);

async function runCase(
  device: Device,
  prepared: PreparedCase,
  budgetMs: number,
  wish: Wish | null,
  limits: Limits | null,
): Promise<BenchLine> {
  const { family, name } = prepared.benchCase;
  const about = { family, case: name, ...(wish && { rung: wish.rung }), adapter: device.info.name };
  const timed = await timeCase(device, prepared, { budgetMs, ...(wish && { asked: wish.attributes }) });
  if (timed.ok) {
    const { samples: _, ...summary } = timed;
    const share = limits && { ...shareOfLimit(prepared.benchCase, timed.ms, limits), limits };
    return { ...about, ...summary, ...share };
  }
  const none = { ms: Number.NaN, spread: [Number.NaN, Number.NaN] as const, gflops: 0, gbps: 0, coldMs: Number.NaN };
  return { ...about, ...none, ok: false, problem: timed.problem };
}

function table(lines: readonly BenchLine[]): string {
  const roofline = lines.some(({ bound }) => bound !== undefined);
  const rows = lines.map((line) => [
    nameOf(line),
    line.ok ? line.ms.toFixed(2) : 'WRONG',
    line.ok ? `${line.spread[0].toFixed(2)}-${line.spread[1].toFixed(2)}` : '',
    line.gflops.toFixed(1),
    line.gbps.toFixed(1),
    line.imagesPerSecond ? line.imagesPerSecond.toFixed(0) : '',
    Number.isNaN(line.coldMs) ? '' : line.coldMs.toFixed(0),
    ...(roofline ? [line.bound ? `${(100 * line.shareOfLimit!).toPrecision(3)} % of ${line.bound}` : ''] : []),
  ]);
  const columns = ['case', 'ms', 'spread', 'GFLOP/s', 'GB/s', 'images/s', 'first run ms'];
  return textTable([...columns, ...(roofline ? ['of the limit'] : [])], rows);
}

function ownTable(lines: readonly OwnLine[]): string {
  const rows = lines.map((line) => [
    line.case,
    line.ok ? line.way : 'WRONG',
    line.ok ? line.ms.toFixed(0) : '',
    line.ok ? `${line.spread[0].toFixed(0)}-${line.spread[1].toFixed(0)}` : '',
    line.ok ? line.imagesPerSecond.toPrecision(3) : '',
    line.imagesPerSecondPerWorker ? line.imagesPerSecondPerWorker.toPrecision(3) : '',
    line.pixels ? (line.pixels / 1e6).toFixed(2) : '',
    line.ok ? `${line.ratio.toFixed(2)}x` : '',
  ]);
  return textTable(['case', 'way', 'ms', 'spread', 'images/s', 'a worker', 'Mpixels', 'time'], rows);
}
