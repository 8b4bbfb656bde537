import type { Command } from 'commander';
import { classifyViews } from '../../classify/evaluator.js';
import { topClasses } from '../../classify/metrics.js';
import { type FileError, SppgpuError } from '../../runtime/errors.js';
import { type DataOptions, withDecoder } from '../data-options.js';
import { decodedGroups } from '../decoded-groups.js';
import { type ModelSource, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface PredictOptions extends CommonOptions, ModelSource, ViewFlags, Pick<DataOptions, 'workers'> {
  readonly top: number;
}

interface Prediction {
  readonly file: string;
  readonly top: readonly { readonly label: string; readonly p: number }[];
}

const BAR = 24;

/** `sppgpu predict IMAGE...`: the most likely classes of pictures of any size. */
export function addPredict(program: Command): void {
  const command = program.command('predict <image...>').description('the most likely classes of pictures of any size');
  withViewFlags(withModelSource(withCommonOptions(command)), 'full')
    .option('--top <n>', 'classes to show', wholeNumber(1), 5)
    .option('--workers <n>', 'decoding threads', wholeNumber(1))
    .action(predict);
}

async function predict(files: readonly string[], options: PredictOptions): Promise<void> {
  if (options.views.length > 1) throw new SppgpuError('predict: give one protocol in --views');
  const failures: string[] = [];
  const all: Prediction[] = [];
  await withDevice(options, (device) =>
    withModel(device, options, true, ({ network, classes, labels, preparation }) =>
      withDecoder(options, async (decoder) => {
        const { architecture } = network;
        // A net without a pyramid takes its training size only.
        const fixed = architecture.options.pyramid === 'none';
        const protocol = protocolOf(
          fixed && options.views[0] === 'full' ? '1' : options.views[0]!,
          options,
          architecture.input,
        );
        const unreadable = ({ message }: FileError) => failures.push(message);
        for await (const pictures of decodedGroups(files, decoder, unreadable)) {
          const { scores } = await classifyViews(
            network,
            pictures.map(({ image }) => image),
            protocol,
            { ...preparation, labels, ...(options.crops && { mode: 'crops' as const }) },
          );
          const count = architecture.classes;
          for (const [i, { file }] of pictures.entries()) {
            const own = scores.subarray(i * count, (i + 1) * count);
            const top = topClasses(own, options.top).map((c) => ({ label: classes?.[c] ?? String(c), p: own[c]! }));
            all.push({ file, top });
            if (!options.json) print(picture({ file, top }));
          }
        }
      }),
    ),
  );
  if (options.json) printJson(all);
  for (const failure of failures) say(`left out: ${failure}`);
  if (failures.length > 0) {
    throw new SppgpuError(
      `predict: ${failures.length} of ${files.length} pictures could not be read; see the lines above`,
    );
  }
}

function picture({ file, top }: Prediction): string {
  const longest = Math.max(...top.map(({ label }) => label.length));
  const lines = top.map(({ label, p }) => {
    const filled = Math.round(p * BAR);
    return `  ${label.padEnd(longest)}  ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${(100 * p).toFixed(1).padStart(5)} %`;
  });
  return `${file}\n${lines.join('\n')}\n`;
}
