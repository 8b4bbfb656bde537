import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Device } from '../../runtime/device.js';
import { type ClassifyDemo, classifyDigits } from '../demo/classify-digits.js';
import { detectScenes } from '../demo/detect-scenes.js';
import { judgementJson } from '../detect/judgement.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { printJson } from '../output.js';

interface DemoOptions extends CommonOptions, ClassifyDemo {
  readonly only?: 'classify' | 'detect';
}

/** `sppgpu demo`: train an SPP-net on digits of many sizes, and show what it learned. */
export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'train an SPP-net on real handwritten digits of many sizes, compare it with a fixed-size net, find digits in scenes with a detector, write reports',
    )
    .optionsGroup(GROUPS.common)
    .option('--out <folder>', 'where checkpoints, logs and the report go', 'sppgpu-demo')
    .option('--epochs <n>', 'epochs of each net', wholeNumber(1), 6)
    .option('--digits <n>', 'digits to train on, a quarter as many to judge by (default: all 8,000)', wholeNumber(100))
    .option('--batch-size <n>', 'pictures per step', wholeNumber(1), 16)
    .option('--lr <rate>', 'learning rate at its highest', nonNegative, 0.01)
    .option('--seed <n>', 'seed of weights, order, placement', wholeNumber(0), 1)
    .option('--resume', 'continue from the checkpoints in --out')
    .addOption(new Option('--only <half>', 'one half of the demo').choices(['classify', 'detect']));
  withCommonOptions(command).action((options: DemoOptions) =>
    interruptible((signal) => withDevice(options, (device) => halves(device, options, signal)), 'saves'),
  );
}

/** Digits one by one, then digits in scenes. */
async function halves(device: Device, options: DemoOptions, signal: AbortSignal): Promise<void> {
  const { only, seed, resume = false, json } = options;
  if (only !== 'detect') await classifyDigits(device, options, signal);
  if (only === 'classify') return;
  const { judgement, seconds, report } = await detectScenes({
    device,
    out: resolve(options.out),
    seed,
    resume,
    signal,
  });
  if (json) printJson({ detection: { ...judgementJson(judgement, seconds), report } });
}
