import { ShapeError } from '../runtime/errors.js';

/** One row per class over all samples, [classes, count]: +1 has the class, -1 has not, 0 is left out (VOC's difficult). */
export interface Targets {
  readonly data: Int8Array;
  readonly classes: number;
  readonly count: number;
}

/**
 * One-vs-rest targets of single labels.
 * @throws ShapeError for a label that is not a class
 */
export function targetsFromLabels(labels: ArrayLike<number>, classes: number): Targets {
  const count = labels.length;
  const data = new Int8Array(classes * count).fill(-1);
  for (let i = 0; i < count; i += 1) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ShapeError(`svm: label ${label} of sample ${i} is not a class; labels go from 0 to ${classes - 1}`);
    }
    data[label * count + i] = 1;
  }
  return { data, classes, count };
}

/**
 * VOC's image-level targets from the objects in each image: +1 with an ordinary object of the class, 0 where all its
 * objects are difficult, else -1.
 */
export function targetsFromObjects(
  images: readonly (readonly { readonly label: number; readonly difficult: boolean }[])[],
  classes: number,
): Targets {
  const count = images.length;
  const data = new Int8Array(classes * count).fill(-1);
  images.forEach((objects, image) => {
    for (const { label, difficult } of objects) {
      if (!Number.isInteger(label) || label < 0 || label >= classes) {
        throw new ShapeError(
          `svm: object label ${label} of image ${image} is not a class; labels go from 0 to ${classes - 1}`,
        );
      }
      const at = label * count + image;
      data[at] = Math.max(data[at]!, difficult ? 0 : 1);
    }
  });
  return { data, classes, count };
}

/**
 * Targets of pictures with a list of presences each (1 present, 0 difficult, -1 absent), as multi-label data sets have it.
 * @throws ShapeError for a list of another length than there are classes
 */
export function targetsFromPresence(presence: readonly (readonly number[])[], classes: number): Targets {
  const count = presence.length;
  const data = new Int8Array(classes * count);
  for (const [sample, own] of presence.entries()) {
    if (own.length !== classes) {
      throw new ShapeError(`svm: sample ${sample} lists ${own.length} classes; there are ${classes}`);
    }
    for (const [c, value] of own.entries()) data[c * count + sample] = value;
  }
  return { data, classes, count };
}

/** Targets of some samples, in the order given. */
export function takeTargets({ data, classes, count }: Targets, samples: ArrayLike<number>): Targets {
  const taken = new Int8Array(classes * samples.length);
  for (let c = 0; c < classes; c += 1) {
    for (let s = 0; s < samples.length; s += 1) taken[c * samples.length + s] = data[c * count + samples[s]!]!;
  }
  return { data: taken, classes, count: samples.length };
}
