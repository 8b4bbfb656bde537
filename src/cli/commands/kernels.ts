import { type Command, Option } from 'commander';
import { LADDER_CASES, type LadderCases } from '../../bench/ladder-cases.js';
import { type Limits, measureLimits } from '../../bench/roofline.js';
import { type RungLine, rungsFor, timeRungs } from '../../bench/time-rungs.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { canRun, chooseRung, type Rung } from '../../ops/ladder.js';
import { noteOf } from '../../ops/ladders.js';
import { textTable } from '../../report/text-table.js';
import type { RunDetails } from '../../report/types.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { Kernel } from '../../runtime/kernel.js';
import { quoted } from '../../runtime/quote.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { everyKernel } from '../kernel-library.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { commandLine, runDetailsOf } from '../run-details.js';
import { rungTable } from '../rung-table.js';

interface KernelsOptions extends CommonOptions {
  /** A rung, or `all`. */
  readonly run?: string;
  readonly size?: number;
  readonly precision: 'f32' | 'f16';
  readonly show?: boolean;
  readonly report?: string;
  readonly budget: number;
}

/** `sppgpu kernels`: the ladders of kernels to be listed, read, checked and timed on one's own device. */
export function addKernels(program: Command): void {
  const command = program
    .command('kernels [family]')
    .description('the ladders of kernels: list them, read their WGSL, check and time every rung on this adapter')
    .optionsGroup(GROUPS.common)
    .option('--run <rung>', 'check a rung of the family, or all, against float64, then time it')
    .option('--size <n>', 'size of the work (what it means and the default: in the list)', wholeNumber(1))
    .addOption(
      new Option('--precision <type>', 'what products and convolutions read').choices(['f32', 'f16']).default('f32'),
    )
    .option('--budget <seconds>', 'timing per rung', nonNegative, 1)
    .option('--report <file>', 'a page of the family: its rungs, their shaders, and their times here')
    .option('--show', "print the family's WGSL, or that of the rung of --run, as the device gets it");
  withCommonOptions(command).action(kernels);
}

async function kernels(name: string | undefined, options: KernelsOptions): Promise<void> {
  if (name === undefined) {
    if (options.run !== undefined || options.show)
      throw new UsageError(`kernels: name a family: ${familyNames().join(', ')}`);
    await withDevice(options, async (device) => list(device, options.json ?? false));
    return;
  }
  const family = familyNamed(name);
  if (options.show) show(family, options);
  else await withDevice(options, (device) => run(device, family, options));
}

const familyNames = (): string[] => LADDER_CASES.map(({ ladder }) => ladder.family.replaceAll(' ', '-'));

/** A family by its name, with or without dashes between its words. */
function familyNamed(name: string): LadderCases {
  const found = LADDER_CASES.find(({ ladder }) => ladder.family === name.replaceAll('-', ' '));
  if (!found)
    throw new UsageError(`kernels: there is no family ${quoted(name)}; use one of ${familyNames().join(', ')}`);
  return found;
}

/** The rungs that `--run` asks for. */
function rungsNamed({ ladder }: LadderCases, name: string): readonly Rung[] {
  const rungs = name === 'all' ? ladder.rungs : ladder.rungs.filter(({ rung }) => rung === name);
  if (rungs.length === 0) {
    const known = ladder.rungs.map(({ rung }) => rung).join(', ');
    throw new UsageError(`kernels: ${ladder.family} has no rung ${quoted(name)}; use all, or one of ${known}`);
  }
  return rungs;
}

function list(device: Device, json: boolean): void {
  const rows = LADDER_CASES.flatMap(({ ladder, work, size }) => {
    const chosen = chooseRung(ladder.family, ladder, device, work(size));
    return ladder.rungs.map((row) => {
      const { file, adapterClass } = noteOf(ladder.family, row.rung);
      const runs = canRun(device, row);
      return { family: ladder.family, rung: row.rung, file, adapterClass, runs, chosen: row.rung === chosen };
    });
  });
  if (json) {
    printJson(rows);
    return;
  }
  say(`${device.info.name}; "yes" in the last column: taken for work of the usual size`);
  const cells = rows.map(({ family, rung, file, adapterClass, runs, chosen }) => [
    family,
    rung,
    file,
    adapterClass,
    runs ? 'yes' : 'no',
    chosen ? 'yes' : '',
  ]);
  const sizes = LADDER_CASES.map(({ ladder, sizeIs, size }) => [ladder.family, String(size), sizeIs]);
  print(`${textTable(['family', 'rung', 'shader', 'made for', 'runs here', 'chosen'], cells)}\n\n`);
  print(`${textTable(['family', 'usual --size', 'what it is'], sizes)}\n`);
}

/** A kernel's WGSL as its files have it, comments included; the library's own text has none. */
const textOf = ({ name, code }: Kernel) => ({ name, code: everyKernel().get(name)?.code ?? code });

function show(family: LadderCases, { run: name = 'all', json }: KernelsOptions): void {
  const rungs = rungsNamed(family, name);
  if (json) {
    printJson(rungs.map(({ rung, kernels }) => ({ rung, kernels: kernels.map(textOf) })));
    return;
  }
  const texts = rungs.flatMap(({ rung, kernels }) =>
    kernels
      .map(textOf)
      .map(({ name, code }) => `// ---- ${family.ladder.family}, ${rung}: ${name} ----\n${code.trimEnd()}\n`),
  );
  print(texts.join('\n'));
}

async function run(device: Device, family: LadderCases, options: KernelsOptions): Promise<void> {
  const { run: name = 'all', size = family.size, precision, budget, json } = options;
  const half = precision === 'f16';
  if (half && !family.half) {
    const able = LADDER_CASES.filter(({ half }) => half).map(({ ladder }) => ladder.family.replaceAll(' ', '-'));
    throw new UsageError(`kernels: ${family.ladder.family} does not read f16; ${able.join(', ')} do`);
  }
  const start = performance.now();
  const { ladder } = family;
  const work = { ...(family.work(size) as object), ...(half && { half }) } as never;
  const benchCase = family.caseOf(work)!;
  const asked = rungsNamed(family, name);
  const possible = rungsFor(device, ladder, work).filter((rung) => asked.includes(rung));
  const others = asked.filter((rung) => !possible.includes(rung)).map(({ rung }) => rung);
  if (possible.length === 0)
    throw new SppgpuError(`kernels: ${device.info.name} cannot run ${others.join(', ')} on ${benchCase.name}`);
  say(`${device.info.name}; ${benchCase.name}; every result is compared with float64 before its time counts`);
  if (others.length > 0) say(`not for this adapter or this work: ${others.join(', ')}`);
  const limits = await measureLimits(device);
  const show = (line: RungLine): void => {
    if (json) printJson(line);
    else say(`${line.rung} ${line.ok ? `${line.ms.toPrecision(4)} ms` : `WRONG: ${line.problem}`}`);
  };
  const lines = await timeRungs(device, family, work, benchCase, possible, { budgetMs: budget * 1000, limits }, show);
  if (!json) print(`${rungTable(lines, limits)}\n`);
  if (options.report !== undefined) {
    const seconds = (performance.now() - start) / 1000;
    const details = runDetailsOf(device, commandLine(), seconds);
    await writeFileAtomic(options.report, await pageOf(family, benchCase.name, lines, limits, details));
    say(`report: ${options.report}`);
  }
  const wrong = lines.filter(({ ok }) => !ok).map(({ rung }) => rung);
  if (wrong.length > 0) throw new SppgpuError(`kernels: ${wrong.join(', ')} of ${ladder.family} gave no right result`);
}

async function pageOf(
  { ladder }: LadderCases,
  work: string,
  lines: readonly RungLine[],
  limits: Limits,
  details: RunDetails,
): Promise<string> {
  const { kernelReport } = await import('../../report/kernel-report.js');
  const rungs = ladder.rungs.map(({ rung, kernels }) => {
    const { file, adapterClass, chosenFor, why, lost } = noteOf(ladder.family, rung);
    const time = lines.find((line) => line.rung === rung);
    const about = { rung, file, adapterClass, chooseWhen: chosenFor, why, kernels };
    return { ...about, ...(lost && { lost }), ...(time && { time }) };
  });
  return kernelReport({ family: ladder.family, work, rungs, limits, run: details });
}
