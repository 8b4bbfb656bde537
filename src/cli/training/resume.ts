import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CheckpointInfo } from '../../models/checkpoint-info.js';
import { resumedSettings, storedSettings } from '../../train/resume-rules.js';
import { architectureName } from '../architecture-flags.js';
import type { TrainOptions } from './options.js';
import { WHERE } from './replica-options.js';

/** What a resumed run does not take over from the first one: where it runs and how it speaks. */
const OWN: readonly (keyof TrainOptions)[] = [
  ...(['out', 'resume', 'overwrite', 'json', 'device', 'workers', 'cache'] as const),
  ...WHERE,
];

/**
 * The options of the first run under those that were typed this time.
 * @throws FileError where a typed one would make another run of it
 */
export function resumedOptions(command: Command, info: CheckpointInfo, checkpoint: string): TrainOptions {
  const given = {
    values: command.opts<TrainOptions>(),
    asked: (name: string) => command.getOptionValueSource(name) === 'cli',
    flag: (name: string) => command.options.find((one) => one.attributeName() === name)?.long ?? `--${name}`,
    comparable,
    own: OWN,
  };
  const options = resumedSettings(given, info, checkpoint);
  if (options === given.values || options.data === undefined) return options;
  return { ...options, data: absoluteData(options.data) };
}

/** The options as a checkpoint stores them. */
export function storedOptions(options: TrainOptions): Record<string, unknown> {
  return storedSettings(options, OWN);
}

/** A resumed run may start in another folder: paths are kept whole. */
export function absoluteData(data: string): string {
  return data === 'digits' && !existsSync(data) ? data : resolve(data);
}

/** A value as text that is the same for the same meaning. */
function comparable(option: string, value: unknown): string {
  if (value === undefined) return '(not given)';
  if (option === 'pyramid' && Array.isArray(value)) return String([...value].sort((a, b) => a - b));
  if (option === 'model') return architectureName(String(value));
  return option === 'weights' ? resolve(String(value)) : String(value);
}
