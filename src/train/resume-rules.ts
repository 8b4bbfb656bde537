import type { CheckpointInfo } from '../models/checkpoint-info.js';
import { FileError } from '../runtime/errors.js';
import { type DataFingerprint, dataDifference } from './data-fingerprint.js';

/** What may be given anew: how far and how fast a run goes on, not what it is made of. `data` may have moved (see `checkSameData`). */
const MAY_CHANGE: readonly string[] = [
  ...['data', 'epochs', 'lr', 'lrSteps', 'lrFeatures', 'warmup', 'plateau', 'momentum', 'weightDecay'],
  ...['microBatch', 'halfActivations', 'checkpointEvery', 'maxUnreadable'],
];

/** One rule for the rate per run: the state of one says nothing to the other. */
const RULES: readonly (readonly [string, string])[] = [
  ['lrSteps', 'plateau'],
  ['lrSteps', 'oneCycle'],
  ['plateau', 'lrSteps'],
  ['plateau', 'oneCycle'],
];

/** Settings as somebody gives them for a run that goes on. */
export interface GivenSettings<Settings> {
  readonly values: Settings;
  /** Whether somebody asked for this value, and it is not merely a default. */
  asked(name: string): boolean;
  /** How a setting is called where it is given: `--batch-size`. */
  flag(name: string): string;
  /** A value as text that is the same for the same meaning. */
  comparable(name: string, value: unknown): string;
  /** What a run does not take over from its beginning: where it runs and how it speaks. */
  readonly own: readonly string[];
}

/**
 * The settings that a run began with, under those that were asked for this time.
 * @throws FileError where one of these would make another run of it
 */
export function resumedSettings<Settings extends object>(
  { values, asked, flag, comparable, own }: GivenSettings<Settings>,
  info: CheckpointInfo,
  checkpoint: string,
): Settings {
  const stored = info.run.arguments as Readonly<Record<string, unknown>> | undefined;
  if (!stored) return values;
  for (const [name, value] of Object.entries(values)) {
    if (!asked(name)) continue;
    const [was, now] = [comparable(name, stored[name]), comparable(name, value)];
    if (was === now || own.includes(name) || MAY_CHANGE.includes(name)) continue;
    if (name === 'batchSize' && info.position.step === 0) continue;
    if (name === 'format' && now === comparable(name, fingerprintIn(info)?.format)) continue;
    const called = flag(name);
    throw new FileError(
      checkpoint,
      typeof value === 'boolean' ? `was trained without ${called}` : `was trained with ${called} ${was}, not ${now}`,
      name === 'batchSize'
        ? `it stands within an epoch, so leave ${called} out until the next one`
        : `leave ${called} out, or choose another --out`,
    );
  }
  for (const [rule, other] of RULES) {
    if (!asked(rule) || stored[other] === undefined) continue;
    const wayOut = `leave ${flag(rule)} out, or choose another --out`;
    throw new FileError(checkpoint, `lowers its rate by ${flag(other)}`, wayOut);
  }
  const kept = Object.entries(stored).filter(([name]) => !own.includes(name) && !asked(name));
  return { ...values, ...Object.fromEntries(kept) };
}

/** The settings as a checkpoint stores them. */
export function storedSettings(values: object, own: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !own.includes(name)));
}

/** A run goes on with the pictures it began with: others would change their order, and what is held out. Throws FileError. */
export function checkSameData(info: CheckpointInfo, data: DataFingerprint, checkpoint: string): void {
  const of = fingerprintIn(info);
  const difference = of && dataDifference(of, data);
  if (difference) {
    throw new FileError(checkpoint, `was trained ${difference}`, 'give the same data, or choose another --out');
  }
}

/** Undefined in checkpoints of older versions. */
function fingerprintIn({ run }: CheckpointInfo): DataFingerprint | undefined {
  return run.data as DataFingerprint | undefined;
}
