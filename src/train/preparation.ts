import type { ColourPca } from '../data/colour-pca.js';
import type { ImageLoader } from '../data/loader.js';
import type { ArchitectureInput } from '../models/architecture.js';
import type { HostTensor } from '../models/model-format.js';
import { MEAN_IMAGE, type Preparation, restorePreparation } from '../models/preparation.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import type { Recipe } from './recipe.js';

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
  const { measureInputs } = await import('./later.js');
  const { colour, mean } = await measureInputs(device, pictures, input, { ...wanted, ...watch });
  const stored = { ...constant, ...(colour && { colour }) };
  return knownPreparation(device, stored, mean ? new Map([[MEAN_IMAGE, mean]]) : new Map());
}
