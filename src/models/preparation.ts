import type { ColourPca } from '../data/colour-pca.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import { FileError } from '../runtime/errors.js';
import { tensor } from '../tensor/create.js';
import { keep } from '../tensor/scope.js';
import { type HostTensor, MEAN_IMAGE } from './model-format.js';

/** How a network's training pictures were prepared, beyond its architecture: part of its checkpoint. */
export interface Preparation {
  /** A byte value for all channels; absent: the architecture's own, or a mean picture among the tensors. */
  readonly mean?: number;
  /** Components of the training set's colours, where they were shifted. */
  readonly colour?: ColourPca;
}

const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isThree = (value: unknown, check: (element: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length === 3 && value.every(check);

function isPreparation(value: unknown): value is Preparation {
  if (typeof value !== 'object' || value === null) return false;
  const { mean, colour } = value as Record<string, unknown>;
  if (mean !== undefined && !isNumber(mean)) return false;
  if (colour === undefined) return true;
  const { mean: centre, eigenvalues, eigenvectors } = (colour ?? {}) as Record<string, unknown>;
  const vectors = isThree(eigenvectors, (vector) => isThree(vector, isNumber));
  return isThree(centre, isNumber) && isThree(eigenvalues, isNumber) && vectors;
}

/** What a file says of its pictures' preparation. @throws FileError where that is not what was written */
export function storedPreparation({ preparation = {} }: Readonly<Record<string, unknown>>, file: string): Preparation {
  if (isPreparation(preparation)) return preparation;
  const problem = 'its description is damaged: run.preparation is not what was written';
  throw new FileError(file, problem, 'use an undamaged copy, or train anew');
}

/** A preparation, ready for `preparePictures`. The mean picture lives as long as the device. */
export function restorePreparation(
  device: Device,
  { mean }: Preparation,
  data: ReadonlyMap<string, HostTensor>,
): PrepareOptions {
  const picture = data.get(MEAN_IMAGE);
  if (picture) return { mean: keep(tensor(device, picture.data, { shape: [...picture.shape] })) };
  return mean === undefined ? {} : { mean };
}
