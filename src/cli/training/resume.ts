import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DatasetSplits } from '../../data/open-dataset.node.js';
import { FileError } from '../../runtime/errors.js';
import type { CheckpointInfo } from '../../train/checkpoint.js';
import { architectureName } from '../architecture-flags.js';
import { absoluteData, type DataFingerprint, dataDifference, fingerprintOf } from '../data-fingerprint.js';
import type { TrainOptions } from './options.js';

type Option = keyof TrainOptions;

/** What a resumed run does not take over from the first one: where it runs and how it speaks. */
const OWN: readonly Option[] = ['out', 'resume', 'overwrite', 'json', 'device', 'workers', 'cache'];

/** What may be given anew: how far and how fast it goes on, not what it is made of. `data` may have moved (see `checkSameData`). */
const MAY_CHANGE: readonly Option[] = [
  ...OWN,
  ...(['data', 'epochs', 'lr', 'lrSteps', 'lrFeatures', 'warmup', 'plateau', 'momentum', 'weightDecay'] as const),
  ...(['microBatch', 'halfActivations', 'checkpointEvery', 'maxUnreadable'] as const),
];

/** One rule for the rate a run: the state of one says nothing to the other. */
const RULES: readonly (readonly [Option, Option])[] = [
  ['lrSteps', 'plateau'],
  ['plateau', 'lrSteps'],
];

/**
 * The options of the first run under those that were typed this time.
 * @throws FileError where a typed one would make another run of it
 */
export function resumedOptions(command: Command, info: CheckpointInfo, checkpoint: string): TrainOptions {
  const given = command.opts<TrainOptions>();
  const stored = info.run.arguments as Partial<TrainOptions> | undefined;
  if (!stored) return given;
  const typed = (option: Option): boolean => command.getOptionValueSource(option) === 'cli';
  for (const option of Object.keys(given) as Option[]) {
    if (!typed(option)) continue;
    const [was, now] = [comparable(option, stored[option]), comparable(option, given[option])];
    if (was === now || MAY_CHANGE.includes(option)) continue;
    const flag = command.options.find((one) => one.attributeName() === option)?.long ?? `--${option}`;
    if (option === 'batchSize' && info.position.step === 0) continue;
    if (option === 'format' && now === comparable(option, fingerprint(info)?.format)) continue;
    throw new FileError(
      checkpoint,
      typeof given[option] === 'boolean'
        ? `was trained without ${flag}`
        : `was trained with ${flag} ${was}, not ${now}`,
      option === 'batchSize'
        ? `it stands within an epoch, so leave ${flag} out until the next one`
        : `leave ${flag} out, or choose another --out`,
    );
  }
  for (const [rule, other] of RULES) {
    if (!typed(rule) || stored[other] === undefined) continue;
    throw new FileError(
      checkpoint,
      `lowers its rate by ${rule === 'plateau' ? '--lr-steps' : '--plateau'}`,
      `leave ${rule === 'plateau' ? '--plateau' : '--lr-steps'} out, or choose another --out`,
    );
  }
  const kept = Object.entries(stored).filter(([name]) => !OWN.includes(name as Option) && !typed(name as Option));
  const options = { ...given, ...Object.fromEntries(kept) };
  return options.data === undefined ? options : { ...options, data: absoluteData(options.data) };
}

/** The options as a checkpoint stores them. */
export function storedOptions(options: TrainOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !OWN.includes(name as Option)));
}

/** A run goes on with the pictures it began with: others would change their order, and what is held out. Throws FileError. */
export function checkSameData(info: CheckpointInfo, splits: DatasetSplits, checkpoint: string): void {
  const of = fingerprint(info);
  const difference = of && dataDifference(of, fingerprintOf(splits));
  if (difference) {
    throw new FileError(checkpoint, `was trained ${difference}`, 'give the same data, or choose another --out');
  }
}

/** Undefined in checkpoints of older versions. */
function fingerprint({ run }: CheckpointInfo): DataFingerprint | undefined {
  return run.data as DataFingerprint | undefined;
}

/** A value as text that is the same for the same meaning. */
function comparable(option: Option, value: unknown): string {
  if (value === undefined) return '(not given)';
  if (option === 'pyramid' && Array.isArray(value)) return String([...value].sort((a, b) => a - b));
  if (option === 'model') return architectureName(String(value));
  return option === 'weights' ? resolve(String(value)) : String(value);
}
