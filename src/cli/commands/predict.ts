import type { Command } from 'commander';
import { classifyViews } from '../../classify/evaluator.js';
import { topClasses } from '../../classify/metrics.js';
import type { ByteImage } from '../../data/image.js';
import { FileError, SppgpuError } from '../../runtime/errors.js';
import { type DataOptions, withDecoder } from '../data-options.js';
import { type ModelSource, withModel, withModelSource } from '../model-options.js';
import { type CommonOptions, printJson, say, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { protocolOf, type ViewFlags, withViewFlags } from '../view-options.js';

interface PredictOptions extends CommonOptions, ModelSource, ViewFlags, Pick<DataOptions, 'workers'> {
  readonly top: number;
}

interface Prediction {
  readonly file: string;
  readonly top: readonly { readonly label: string; readonly p: number }[];
}

/** Pictures decoded and classified together: bounds memory, however many are given. */
const CHUNK = 32;
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
        for (let from = 0; from < files.length; from += CHUNK) {
          const chunk = files.slice(from, from + CHUNK);
          const decoded = await Promise.allSettled(chunk.map((file) => decoder.decode(file)));
          const readable: { file: string; image: ByteImage }[] = [];
          for (const [i, result] of decoded.entries()) {
            if (result.status === 'fulfilled') readable.push({ file: chunk[i]!, image: result.value.image });
            else if (result.reason instanceof FileError) failures.push(result.reason.message);
            else throw result.reason;
          }
          if (readable.length === 0) continue;
          const { scores } = await classifyViews(
            network,
            readable.map(({ image }) => image),
            protocol,
            { ...preparation, labels, ...(options.crops && { mode: 'crops' as const }) },
          );
          const count = architecture.classes;
          for (const [i, { file }] of readable.entries()) {
            const own = scores.subarray(i * count, (i + 1) * count);
            const top = topClasses(own, options.top).map((c) => ({ label: classes?.[c] ?? String(c), p: own[c]! }));
            all.push({ file, top });
            if (!options.json) process.stdout.write(picture({ file, top }));
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
