import { type ImageDataset, labelKind } from '../../data/dataset.js';
import { type DatasetSplits, openDataset } from '../../data/open-dataset.node.js';
import { openVoc } from '../../data/voc.node.js';
import type { ModelDescription } from '../../models/checkpoint-info.js';
import type { OpenModel } from '../../models/load-model.js';
import { SppgpuError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { type DataFingerprint, dataDifference, fingerprintOf } from '../../train/data-fingerprint.js';
import { type DataOptions, reportNotes } from '../data-options.js';
import { say } from '../output.js';
import { absoluteData } from '../training/resume.js';

/** Which pictures of a data set are judged. */
export interface PartOptions extends Pick<DataOptions, 'data' | 'format'> {
  readonly part?: 'train' | 'test';
  readonly list?: string;
  readonly valShare?: number;
  readonly seed?: number;
}

/** What `train` holds out by, as far as it is known of a model. */
interface HeldOut {
  readonly seed: number;
  readonly valShare: number;
  readonly data: DataFingerprint | undefined;
  readonly path: string | undefined;
}

/** Layouts whose own parts are drawn with the seed. */
const DRAWN: readonly string[] = ['caltech101', 'digits'];

/**
 * The pictures that the options ask for. What is not typed of seed and share held out is taken from the model where the data
 * is that of its training: otherwise most of the pictures would be those it has learned.
 * @throws FileError, SppgpuError where there is no such part
 */
export async function evaluationPart(
  options: PartOptions,
  description: ModelDescription | null,
): Promise<ImageDataset> {
  const { data, part, list } = options;
  if (list !== undefined) {
    const classes = description?.labels === 'multi' ? { classes: description.classes } : {};
    return openVoc(data, { split: list, ...classes });
  }
  const splits = await openSplits(options, description);
  reportNotes(splits.notes);
  if (part === 'train') return splits.train;
  if (part === undefined) return splits.test ?? splits.train;
  if (!splits.test) throw new SppgpuError(`${data}: has no test part; leave --part out, or give --val-share`);
  return splits.test;
}

async function openSplits(options: PartOptions, description: ModelDescription | null): Promise<DatasetSplits> {
  const { data, format, seed, valShare } = options;
  const typed = { format, seed: seed ?? 1, holdout: valShare ?? 0 };
  const run = description && heldOut(description);
  if (!run || (seed !== undefined && valShare !== undefined)) return openDataset(data, typed);
  const plain = await openDataset(data, { ...typed, holdout: 0 });
  if (plain.test !== null && !DRAWN.includes(plain.format)) return plain;
  const own = await openDataset(data, { format, seed: seed ?? run.seed, holdout: valShare ?? run.valShare });
  const difference = run.data ? dataDifference(run.data, await fingerprintOf(own)) : null;
  const known = run.data !== undefined && difference === null;
  if (!known && run.path !== absoluteData(data)) return openDataset(data, typed);
  tell(options, run, plain, own);
  if (difference && seed === undefined && valShare === undefined) {
    say(`${data}: the model was trained ${difference}: it may have learned some of these pictures`);
  }
  return own;
}

/** What was taken from the model, in one line. */
function tell({ data, seed, valShare }: PartOptions, run: HeldOut, plain: DatasetSplits, own: DatasetSplits): void {
  const shareMatters = plain.test === null;
  if (shareMatters && own.test === null) {
    if (valShare === undefined)
      say(`${data}: training held nothing out, so the model has learned all of these pictures`);
    return;
  }
  const taken = [
    ...(seed === undefined ? [`--seed ${run.seed}`] : []),
    ...(shareMatters && valShare === undefined ? [`--val-share ${run.valShare}`] : []),
  ];
  if (taken.length === 0) return;
  const parts = `${own.train.length} pictures for training and ${own.test!.length} held out`;
  const others = shareMatters ? '; --val-share 0 takes all pictures' : '';
  say(`${data}: ${taken.join(' and ')} as in the training of the model: ${parts}${others}`);
}

function heldOut({ run }: ModelDescription): HeldOut | null {
  const { seed, valShare, data: path } = (run.arguments ?? {}) as Record<string, unknown>;
  if (typeof seed !== 'number' || typeof valShare !== 'number') return null;
  return {
    seed,
    valShare,
    data: run.data as DataFingerprint | undefined,
    path: typeof path === 'string' ? path : undefined,
  };
}

/**
 * The data set under the class names of the model. Labels mean the same only if both list the same classes, one or several a
 * picture; labels of a list that are numbers are places in `--labels`.
 * @param namesTyped whether the model's names come from `--labels`
 * @throws SppgpuError where the classes are others, or cannot be told
 */
export function inModelClasses(
  { classes, labels, network }: OpenModel,
  dataset: ImageDataset,
  namesTyped: boolean,
): ImageDataset {
  const known = network.architecture.classes;
  if (labels !== labelKind(dataset)) {
    const [own, others] = labels === 'multi' ? ['one class', 'several classes'] : ['several classes', 'one class'];
    throw new SppgpuError(
      `${dataset.name}: its pictures have ${own} each, the model was trained for ${others}; give data of its kind`,
    );
  }
  const numbered = dataset.classes.every((name, i) => name === String(i));
  if (classes && namesTyped && numbered && dataset.classes.length <= known) return { ...dataset, classes };
  if (classes && JSON.stringify(classes) !== JSON.stringify(dataset.classes)) {
    const own = classes.find((name, i) => name !== dataset.classes[i]) ?? dataset.classes[classes.length];
    throw new SppgpuError(
      `${dataset.name}: its ${dataset.classes.length} classes are not the model's ${classes.length} (they differ at ${quoted(own)}); give the data the model was trained for`,
    );
  }
  if (!classes && dataset.classes.length !== known) {
    throw new SppgpuError(
      `${dataset.name}: has ${dataset.classes.length} classes, the model ${known} without names: which is which is not known; give data of its classes, or the names of the model's with --labels`,
    );
  }
  return dataset;
}
