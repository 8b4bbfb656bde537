import { datasetOf, type ImageDataset, type ImageEntry } from '../../data/dataset.js';
import type { ImageObject } from '../../data/objects.js';
import type { Detection } from '../../detect/detection.js';
import { SppgpuError } from '../../runtime/errors.js';

/** What a shard of `detect test` keeps of a picture; JSON has null for a score that is NaN. */
export interface TestedPicture {
  readonly id: string;
  readonly objects: readonly ImageObject[];
  readonly together: readonly Detection[];
  /** Of each detector alone, where there are several. */
  readonly alone: readonly (readonly Detection[])[];
}

export function testedPicture(
  { id, objects = [] }: ImageEntry,
  together: readonly Detection[],
  alone: readonly (readonly Detection[])[],
): TestedPicture {
  return { id, objects, together, alone };
}

/** The annotations of tested pictures, to judge what was found there; the pictures themselves are not at hand. */
export function testedDataset(
  name: string,
  classes: readonly string[],
  pictures: readonly TestedPicture[],
): ImageDataset {
  const entries = pictures.map(({ id, objects }): ImageEntry => ({ id, label: -1, objects }));
  return datasetOf(name, classes, entries, (index) => {
    throw new SppgpuError(`${entries[index]?.id}: the picture of a shard is not at hand; open its data set`);
  });
}

/** Detections as they were before they became JSON. */
export function restored(detections: readonly Detection[]): Detection[] {
  return detections.map((one) => ({ ...one, score: one.score ?? Number.NaN }));
}
