import type { Command } from 'commander';
import { CASES, type Case } from '../../bench/cases.js';
import { calibrate, type Instance, summarise, timeCold, timeSamples } from '../../bench/harness.js';
import { inputsOf } from '../../bench/inputs.js';
import type { OwnCase } from '../../bench/own/own-case.js';
import { OWN_CASES, type OwnLine, runOwnCase } from '../../bench/own/run.node.js';
import * as runner from '../../bench/runner.js';
import { expectationsOf, mismatch } from '../../bench/truth/index.js';
import { canRun } from '../../ops/ladder.js';
import { ladders } from '../../ops/ladders.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { type CommonOptions, nonNegative, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { textTable } from '../table.js';

interface BenchOptions extends CommonOptions {
  readonly cases: string;
  readonly budget: number;
  readonly list?: boolean;
  readonly rungs?: boolean;
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
  /** The first run: compilation included. */
  readonly coldMs: number;
  readonly adapter: string;
  readonly ok: boolean;
  readonly problem?: string;
}

/** `sppgpu bench`: every kernel family on this adapter; results are checked before their time counts. */
export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .description('time every kernel family on this adapter (to compare with other libraries: see bench/README.md)')
    .optionsGroup(GROUPS.common)
    .option('--cases <regex>', 'only cases whose name matches', '.')
    .option('--budget <seconds>', 'timing per case', nonNegative, 3)
    .option(
      '--rungs',
      "time every rung of the cases' kernel ladders that this adapter can run, not only the chosen one",
    )
    .option('--list', 'print the cases and end');
  withCommonOptions(command).action(bench);
}

async function bench(options: BenchOptions): Promise<void> {
  const wanted = ({ name }: { readonly name: string }): boolean => pattern(options.cases).test(name);
  const shared = CASES.filter(wanted);
  const own = OWN_CASES.filter(wanted);
  if (shared.length + own.length === 0)
    throw new UsageError(`bench: no case matches --cases ${options.cases}; \`sppgpu bench --list\` names them`);
  if (options.list) {
    print(`${[...shared, ...own].map(({ name, family }) => `${name} (${family})`).join('\n')}\n`);
    return;
  }
  const work = (device: Device | null): Promise<void> => runAll(device, shared, own, options);
  await (own.length > 0 && [...shared, ...own].every(withoutDevice) ? work(null) : withDevice(options, work));
}

const withoutDevice = (benchCase: Case | OwnCase): boolean => 'withoutDevice' in benchCase;

/** `device`: null where no case needs one. */
async function runAll(
  device: Device | null,
  shared: readonly Case[],
  own: readonly OwnCase[],
  { budget, json, rungs }: BenchOptions,
): Promise<void> {
  if (device) say(`${device.info.name}; a sample is many executions and one wait, nothing is read back inside it`);
  const show = (line: BenchLine | OwnLine): void => {
    const name = 'way' in line ? `${line.case}, ${line.way}` : nameOf(line);
    if (json) printJson(line);
    else say(`${name} ${line.ok ? `${line.ms.toFixed(2)} ms` : `WRONG: ${line.problem}`}`);
  };
  const lines: BenchLine[] = [];
  for (const benchCase of shared) {
    for (const wish of [null, ...(rungs ? wishesFor(device!, benchCase) : [])]) {
      const line = await runCase(device!, benchCase, budget * 1000, wish);
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
    .filter(({ ops, family }) => ops.includes(OPS[kind] ?? '') && (direction !== 'fwd' || !/gradient/.test(family)))
    .flatMap(({ family, ask, rungs }) =>
      rungs
        .filter((row) => canRun(device, row))
        .map(({ rung }) => ({ rung: `${family}: ${rung}`, attributes: ask(rung as never) })),
    );
}

const nameOf = (line: BenchLine): string => (line.rung ? `${line.case} (${line.rung})` : line.case);

async function runCase(device: Device, benchCase: Case, budgetMs: number, wish: Wish | null): Promise<BenchLine> {
  runner.useDevice(device);
  runner.askFor(wish?.attributes);
  const { family, name } = benchCase;
  const inputs = inputsOf(benchCase);
  const expected = expectationsOf(benchCase, inputs);
  const about = { family, case: name, ...(wish && { rung: wish.rung }), adapter: device.info.name };
  const failed = (problem: string): BenchLine => ({
    ...about,
    ms: Number.NaN,
    spread: [Number.NaN, Number.NaN],
    gflops: 0,
    gbps: 0,
    coldMs: Number.NaN,
    ok: false,
    problem,
  });
  let instance: Instance | null = null;
  try {
    const [make] = Object.values(runner.kinds[benchCase.kind]!);
    instance = await make!(benchCase, inputs);
    if (!instance) return failed('not offered');
    const coldMs = await timeCold(instance);
    const outputs = await instance.outputs();
    for (const [output, expectation] of Object.entries(expected)) {
      const values = outputs[output];
      const problem = mismatch(
        output,
        expectation,
        values && Array.from(expectation.indices, (index: number) => values[index]!),
      );
      if (problem) return failed(problem);
    }
    const inner = await calibrate(instance);
    const samples = await timeSamples(instance, { inner, samples: 15, budgetMs });
    const { samples: _, ...summary } = summarise(benchCase, samples);
    return { ...about, ...summary, coldMs, ok: true };
  } catch (error) {
    if (error instanceof SppgpuError) return failed(error.message);
    throw error;
  } finally {
    instance?.dispose();
  }
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError(`bench: --cases ${text} is not a regular expression; write a part of a name, such as conv`);
  }
}

function table(lines: readonly BenchLine[]): string {
  const rows = lines.map((line) => [
    nameOf(line),
    line.ok ? line.ms.toFixed(2) : 'WRONG',
    line.ok ? `${line.spread[0].toFixed(2)}-${line.spread[1].toFixed(2)}` : '',
    line.gflops.toFixed(1),
    line.gbps.toFixed(1),
    line.imagesPerSecond ? line.imagesPerSecond.toFixed(0) : '',
    Number.isNaN(line.coldMs) ? '' : line.coldMs.toFixed(0),
  ]);
  return textTable(['case', 'ms', 'spread', 'GFLOP/s', 'GB/s', 'images/s', 'first run ms'], rows);
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
