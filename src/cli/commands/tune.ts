import type { Command } from 'commander';
import { runOnce, tuneWork, WorkLog } from '../../bench/tune.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { Network } from '../../models/network.js';
import { openModel } from '../../models/open-model.node.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../../models/registry.js';
import { textTable } from '../../report/text-table.js';
import { createDevice } from '../../runtime/create-device.node.js';
import type { Device } from '../../runtime/device.js';
import { FileError, SppgpuError } from '../../runtime/errors.js';
import { type TuningEntry, TuningTable } from '../../runtime/tuning.js';
import { loadTuning } from '../../runtime/tuning-file.node.js';
import { Generator } from '../../tensor/generator.js';
import {
  type ArchitectureFlags,
  architectureName,
  architectureOptions,
  withArchitectureFlags,
} from '../architecture-flags.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { planModel } from '../model-options.js';
import { nonNegative, wholeNumber } from '../options.js';
import { goOnWithoutReader, print, printJson, say } from '../output.js';

interface TuneOptions extends ArchitectureFlags {
  readonly model: string;
  readonly input?: number;
  readonly batch: number;
  readonly inference?: boolean;
  readonly classes?: number;
  readonly budget: number;
  readonly out: string;
  readonly device: string;
  readonly json?: boolean;
}

/** `sppgpu tune`: measures the kernels that a network may use on this device, and keeps the choices in a file. */
export function addTune(program: Command): void {
  const command = program
    .command('tune')
    .description('measure every kernel that a network may use on this adapter, and keep the choices in a file')
    .optionsGroup(GROUPS.common)
    .requiredOption('--model <net>', `a net by name (${ARCHITECTURE_NAMES.join(', ')}), or the path of a model's file`)
    .option('--input <pixels>', 'side of the pictures (default: what the net is trained on)', wholeNumber(1))
    .option('--batch <n>', 'pictures at a time', wholeNumber(1), 32)
    .option('--inference', 'the forward pass alone, not a step of training')
    .option('--classes <n>', 'outputs of the last layer', wholeNumber(1))
    .option('--budget <seconds>', 'timing per kernel', nonNegative, 0.5)
    .option('--out <file>', 'the table; what it holds of other work stays', 'sppgpu-tuning.json');
  withArchitectureFlags(command)
    .optionsGroup(GROUPS.machine)
    .option('--device <choice>', 'auto, hardware, software, or a part of an adapter name', 'auto')
    .option('--json', 'machine-readable output on stdout')
    .action(tune);
}

async function tune(options: TuneOptions): Promise<void> {
  const opened = await networkOf(options);
  const table = await tableAt(options.out);
  const log = new WorkLog();
  const device = await createDevice({ adapter: options.device, tuning: log });
  try {
    goOnWithoutReader();
    const network = await opened(device);
    const { channels, size } = network.architecture.input;
    const side = options.input ?? size;
    await runOnce(network.eval(), device, {
      picture: [channels, side, side],
      batch: options.batch,
      training: !options.inference,
    });
    const works = log.list();
    say(
      `${device.info.name}: ${works.length} kinds of work in ${network.architecture.name} at ${side}x${side}, batch ${options.batch}`,
    );
    const found: TuningEntry[] = [];
    for (const question of works) {
      const name = `${question.family} (${question.bucket})`;
      const entry = await tuneWork(device, question, {
        budgetMs: options.budget * 1000,
        onCandidate: (_, { rung, ok, ms, problem }) =>
          say(`${name}: ${rung} ${ok ? `${ms!.toPrecision(3)} ms` : `left out: ${problem}`}`),
        onSkip: (_, why) => say(`${name}: left to the rules, ${why}`),
      });
      if (!entry) continue;
      found.push(entry);
      table.set(entry);
      if (options.json) printJson(entry);
      // After each: what was measured survives a Ctrl-C.
      await writeFileAtomic(options.out, `${JSON.stringify(table, null, 1)}\n`);
    }
    if (found.length === 0) throw new SppgpuError('tune: there was nothing to measure; the rules decide');
    if (!options.json) print(`${summary(found)}\n`);
    say(
      `${options.out}: ${found.length} choices; use it with --tuning-table ${options.out}, or SPPGPU_TUNING=${options.out}`,
    );
  } finally {
    device.dispose();
  }
}

/** What is known already; a file that is something else is not written over. */
async function tableAt(path: string): Promise<TuningTable> {
  try {
    return await loadTuning(path);
  } catch (error) {
    if (error instanceof FileError && /ENOENT/.test(error.problem)) return new TuningTable();
    throw error;
  }
}

/** Finds out which network is meant before a device is opened, for which it is made then. */
async function networkOf(options: TuneOptions): Promise<(device: Device) => Promise<Network>> {
  const name = architectureName(options.model);
  if (!ARCHITECTURE_NAMES.includes(name)) {
    const { file } = await planModel(options);
    return async (device) => (await openModel(file, device)).network;
  }
  const size = options.input !== undefined && options.pyramid === 'none' ? { inputSize: options.input } : {};
  const architecture = asUsage(() => buildArchitecture(name, { ...architectureOptions(options), ...size }));
  return async (device) => new Network(architecture, { device, generator: new Generator(1) });
}

function summary(entries: readonly TuningEntry[]): string {
  const rows = entries.map(({ family, bucket, rung, candidates }) => {
    const losers = candidates.filter((each) => each.rung !== rung && each.ms !== null);
    const best = candidates.find((each) => each.rung === rung)!.ms!;
    const next = Math.min(...losers.map(({ ms }) => ms!));
    return [family, bucket, rung, best.toPrecision(3), Number.isFinite(next) ? `${(next / best).toFixed(2)}x` : ''];
  });
  return textTable(['family', 'work', 'chosen', 'ms', 'next best'], rows);
}
