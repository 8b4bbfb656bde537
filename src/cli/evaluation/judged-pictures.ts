import { type JudgedClasses, judgeClasses } from '../../classify/evaluate-classes.js';
import { type JudgedLabels, judgeLabels } from '../../classify/evaluate-label-lists.js';
import { SppgpuError } from '../../runtime/errors.js';
import { printable } from '../../runtime/quote.js';

/** What a shard of `eval` keeps of a picture beside its scores: the protocol, and the right class, or what is present. */
export interface JudgedPicture {
  readonly views: string;
  readonly label?: number;
  readonly labels?: readonly number[];
}

interface Labelled {
  readonly id: string;
  readonly label: number;
  readonly labels?: readonly number[];
}

/** @throws SppgpuError for a picture whose class the network does not know */
export function judgedPicture(views: string, { id, label, labels }: Labelled, classes: number): JudgedPicture {
  if (labels ? labels.length === classes : label >= 0 && label < classes)
    return labels ? { views, labels } : { views, label };
  throw new SppgpuError(
    `${printable(id, 200)}: its labels are not of the model's ${classes} classes; give its own data`,
  );
}

/** Judges the pictures of all shards under one protocol. */
export function judgePictures(
  pictures: readonly JudgedPicture[],
  scores: Float64Array,
  classes: number,
): JudgedClasses | JudgedLabels {
  if (pictures[0]?.labels)
    return judgeLabels(
      scores,
      pictures.map(({ labels = [] }) => labels),
      classes,
    );
  return judgeClasses(
    scores,
    pictures.map(({ label = 0 }) => label),
    classes,
  );
}
