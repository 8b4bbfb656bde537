import type { ColourPca } from '../data/colour-pca.js';
import type { ImageLoader } from '../data/loader.js';
import type { ArchitectureInput } from '../models/architecture.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import { FileError } from '../runtime/errors.js';
import { tensor } from '../tensor/create.js';
import { keep } from '../tensor/scope.js';
import type { HostTensor } from './checkpoint.js';
import { measureInputs } from './input-statistics.js';
import type { Recipe } from './recipe.js';

/** Name of the mean picture among a checkpoint's tensors. */
const MEAN_IMAGE = 'mean';

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

/** How pictures become inputs in a run: what its checkpoint remembers, and what makes inputs from that. */
export interface TrainingPreparation {
  readonly stored: Preparation;
  readonly data: ReadonlyMap<string, HostTensor>;
  readonly colour: ColourPca | undefined;
  readonly options: PrepareOptions;
}

/** What a recipe needs to know of all training pictures before the first step, in words; null where nothing. */
export function toMeasure({ pca, mean }: Pick<Recipe, 'pca' | 'mean'>): string | null {
  const wanted = [...(pca ? ['colours'] : []), ...(mean === 'image' ? ['the mean picture'] : [])];
  return wanted.length === 0 ? null : wanted.join(' and ');
}

/** The preparation of a run that goes on from a checkpoint, or of any other that was measured before. */
export function knownPreparation(
  device: Device,
  stored: Preparation,
  data: ReadonlyMap<string, HostTensor>,
): TrainingPreparation {
  return { stored, data, colour: stored.colour, options: restorePreparation(device, stored, data) };
}

/**
 * The preparation that a recipe asks for; looks at all training pictures once if colours or a mean picture need it.
 * @param pictures all of them once, in the order of the data set
 */
export async function measuredPreparation(
  device: Device,
  recipe: Pick<Recipe, 'pca' | 'mean'>,
  pictures: ImageLoader,
  input: ArchitectureInput,
  watch: { readonly onProgress?: (images: number) => void; readonly signal?: AbortSignal } = {},
): Promise<TrainingPreparation> {
  const constant = typeof recipe.mean === 'number' ? { mean: recipe.mean } : {};
  if (toMeasure(recipe) === null) return knownPreparation(device, constant, new Map());
  const wanted = { colour: recipe.pca === true, mean: recipe.mean === 'image' };
  const { colour, mean } = await measureInputs(device, pictures, input, { ...wanted, ...watch });
  const stored = { ...constant, ...(colour && { colour }) };
  return knownPreparation(device, stored, mean ? new Map([[MEAN_IMAGE, mean]]) : new Map());
}
