import { type Command, InvalidArgumentError } from 'commander';
import { createDevice } from '../runtime/create-device.node.js';
import type { Device } from '../runtime/device.js';
import { loadTuning } from '../runtime/tuning-file.node.js';
import { GROUPS } from './help.js';

/** What every command takes. */
export interface CommonOptions {
  readonly device: string;
  readonly tuningTable?: string;
  readonly json?: boolean;
}

export function withCommonOptions(command: Command): Command {
  return command
    .optionsGroup(GROUPS.machine)
    .option('--device <choice>', 'auto, hardware, software, or a part of an adapter name', 'auto')
    .option('--tuning-table <file>', 'kernels as `sppgpu tune` measured them (default: $SPPGPU_TUNING, else by rules)')
    .option('--json', 'machine-readable output on stdout');
}

/** Opens the device that `--device` asks for, runs the work and releases it. */
export async function withDevice<T>(
  { device: adapter, tuningTable }: CommonOptions,
  work: (device: Device) => Promise<T>,
): Promise<T> {
  const tuning = tuningTable === undefined ? {} : { tuning: await loadTuning(tuningTable) };
  const device = await createDevice({ adapter, ...tuning });
  try {
    return await work(device);
  } finally {
    device.dispose();
  }
}

/** An option parser for whole numbers from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`give a whole number >= ${least}.`);
    }
    return value;
  };
}

/** An option parser for numbers of at least 0. */
export function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('give a number >= 0.');
  return value;
}
