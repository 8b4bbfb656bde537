import { createHash } from 'node:crypto';
import { Command, CommanderError } from 'commander';
import { quoted } from '../../runtime/quote.js';
import { UsageError } from '../errors.js';
import { type TrainOptions, withTrainOptions } from '../training/options.js';

/** An option of `train` and the values that a sweep gives it. */
export interface Variation {
  readonly name: string;
  readonly values: readonly string[];
}

/** One training of a sweep. */
export interface Trial {
  /** `lr=0.1,seed=2`. */
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  /** Of its run, below that of the sweep. */
  readonly folder: string;
}

/** More trainings than anybody waits for; a number beyond it is a slip of the finger. */
const MOST = 10_000;
/** Options that are the sweep's own, or make no sense in each of its runs. */
const OWN = [
  '--out',
  '--resume',
  '--overwrite',
  '--json',
  '--queue',
  '--shard',
  '--shard-folder',
  '--lasting',
  '--help',
];

/** `lr=0.1,0.01`, or, where values have commas, `pyramid=3,2,1;2,1`. @throws UsageError */
export function parseVariation(text: string, before: readonly Variation[] = []): Variation[] {
  const [, name = '', list = ''] = /^-{0,2}([a-z][\w-]*)=(.*)$/su.exec(text) ?? [];
  const values = list.split(list.includes(';') ? ';' : ',').map((value) => value.trim());
  if (name === '' || values.some((value) => value === '')) {
    throw new UsageError(`sweep: --vary ${quoted(text)} is not NAME=VALUE,VALUE...; give such as lr=0.1,0.01`);
  }
  if (new Set(values).size < values.length || before.some((other) => other.name === name)) {
    throw new UsageError(`sweep: --vary ${quoted(text)} says something twice; give each option and value once`);
  }
  return [...before, { name, values }];
}

/** Every choice of one value for each option, the last option changing fastest. @throws UsageError for too many */
export function trialsOf(variations: readonly Variation[]): Trial[] {
  const count = variations.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST) throw new UsageError(`sweep: these are ${count} trainings, more than ${MOST}; vary less at once`);
  let chosen: Record<string, string>[] = [{}];
  for (const { name, values } of variations) {
    chosen = chosen.flatMap((options) => values.map((value) => ({ ...options, [name]: value })));
  }
  return chosen.map((options) => {
    const name = Object.entries(options)
      .map(([option, value]) => `${option}=${value}`)
      .join(',');
    return { name, options, folder: folderName(name) };
  });
}

/** A name that every file system takes; where that loses something, a hash keeps it apart from others. */
function folderName(name: string): string {
  const plain = name.replace(/[^\w.=,+-]/gu, '_').slice(0, 100);
  return plain === name ? name : `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

/** The words of a trial's `train`, without where it goes. */
export function trialWords(words: readonly string[], { options }: Trial): string[] {
  return [...words, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])];
}

/** The data set that a trial trains on. */
export type TrialData = Pick<TrainOptions, 'data' | 'format'>;

/**
 * Has `train` read the options of every trial before the first begins.
 * @returns the data of each
 * @throws UsageError with what it does not take
 */
export function checkTrials(words: readonly string[], trials: readonly Trial[]): TrialData[] {
  const own = [...words, ...Object.keys(trials[0]!.options).map((name) => `--${name}`)].find((word) =>
    OWN.includes(word.split('=')[0]!),
  );
  if (own !== undefined) throw new UsageError(`sweep: ${own.split('=')[0]} is not for its trainings; leave it out`);
  return trials.map((trial) => {
    const command = withTrainOptions(new Command('train'))
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    try {
      const { operands, unknown } = command.parseOptions(trialWords(words, trial));
      const rest = [...operands, ...unknown][0];
      if (rest !== undefined) throw new UsageError(`sweep: train takes no ${quoted(rest)}; see sppgpu train --help`);
      return command.opts<TrialData>();
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      throw new UsageError(`sweep: ${trial.name}: ${error.message.replace(/^error: /u, '')}`);
    }
  });
}
