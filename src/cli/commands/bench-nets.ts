import type { Command } from 'commander';
import { timeNetStep } from '../../bench/net-steps.js';
import { buildArchitecture } from '../../models/registry.js';
import { textTable } from '../../report/text-table.js';
import { SppgpuError } from '../../runtime/errors.js';
import {
  type ArchitectureFlags,
  architectureName,
  architectureOptions,
  withArchitectureFlags,
} from '../architecture-flags.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';

interface NetsOptions extends CommonOptions, ArchitectureFlags {
  readonly model: readonly string[];
  readonly batch: readonly number[];
  readonly input: number;
  readonly budget: number;
}

/** `sppgpu bench nets`: whole steps of training, on random pictures. */
export function addBenchNets(bench: Command): void {
  const command = bench
    .command('nets')
    .description('time whole steps of training: forward, cross-entropy, backward, SGD with momentum')
    .optionsGroup(GROUPS.common)
    .option('--model <list>', 'networks', (text: string) => text.split(','), [
      'zf5',
      'convnet5',
      'overfeat5',
      'overfeat7',
    ])
    .option('--batch <list>', 'pictures at a time', (text: string) => text.split(',').map(wholeNumber(1)), [32, 128])
    .option('--input <pixels>', 'side of the pictures', wholeNumber(1), 224)
    .option('--budget <seconds>', 'timing per net and batch', nonNegative, 3);
  withCommonOptions(withArchitectureFlags(command)).action(nets);
}

async function nets(options: NetsOptions): Promise<void> {
  const { input, budget, json } = options;
  const architectures = options.model.map((name) =>
    asUsage(() => buildArchitecture(architectureName(name), architectureOptions(options))),
  );
  await withDevice(options, async (device) => {
    say(`${device.info.name}; ${input}x${input} pictures, steps of training`);
    const steps = [];
    for (const architecture of architectures)
      for (const batch of options.batch) {
        const step = await timeNetStep(device, architecture, { batch, input, budgetMs: budget * 1000 });
        steps.push(step);
        if (json) printJson(step);
        else say(`${step.model}, ${batch}: ${step.ok ? `${step.ms.toPrecision(4)} ms` : `FAILED: ${step.problem}`}`);
        device.trim();
      }
    const rows = steps.map(({ model, batch, ok, ms, imagesPerSecond }) => [
      model,
      String(batch),
      ok ? ms.toPrecision(4) : 'FAILED',
      ok ? imagesPerSecond.toPrecision(4) : '',
    ]);
    if (!json) print(`${textTable(['net', 'batch', 'ms', 'images/s'], rows)}\n`);
    const failed = steps.filter(({ ok }) => !ok).map(({ model, batch }) => `${model} at ${batch}`);
    if (failed.length > 0) throw new SppgpuError(`bench nets: ${failed.join(', ')} could not be timed`);
  });
}
