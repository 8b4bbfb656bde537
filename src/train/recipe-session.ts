import { modelProtocol } from '../classify/views.js';
import { trainView } from '../data/augment.js';
import { type ImageDataset, labelKind } from '../data/dataset.js';
import type { BatchItem } from '../data/image-batch.js';
import { ImageLoader } from '../data/loader.js';
import type { LoaderOptions } from '../data/loader-options.js';
import type { Architecture } from '../models/architecture.js';
import type { Network } from '../models/network.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import type { View } from '../picture/view.js';
import type { Device } from '../runtime/device.js';
import type { TrainingPreparation } from './preparation.js';
import { type Recipe, recipeFineTuning, recipeOptimizer, recipeSchedule, recipeSizes } from './recipe.js';
import type { SessionSettings } from './session-settings.js';
import { type TrainingScores, trainingTask } from './task.js';

/** What a recipe is cooked with. */
export interface RecipeIngredients {
  readonly device: Device;
  readonly architecture: Architecture;
  readonly recipe: Recipe;
  /** The training pictures, see `recipeLoader`. */
  readonly loader: ImageLoader;
  /** Default: the architecture's own constants. */
  readonly preparation?: TrainingPreparation;
  /** What an input of `size` x `size` shows of a picture. Default: random crops as in the paper, mirrored by the recipe. */
  readonly view?: (item: BatchItem, size: number) => View;
  /** The pictures that judge each epoch, by one central crop; asked for anew each time. */
  readonly heldOut?: (() => ImageLoader) | undefined;
  /** Told how many held-out pictures of this epoch are judged. */
  readonly onValidating?: (pictures: number) => void;
  /** Rate that a resumed run goes on with. */
  readonly newRate?: number | undefined;
}

/** The training pictures in the order of the recipe. */
export function recipeLoader(
  { batchSize, seed }: Recipe,
  pictures: ImageDataset,
  options: Pick<LoaderOptions, 'decoder' | 'maxUnreadable' | 'sizeOf' | 'batchPart'> = {},
): ImageLoader {
  return new ImageLoader(pictures, { batchSize, seed, ...options });
}

/** The single centre crop that validation looks at. */
export function validationProtocol({ input }: Architecture) {
  return modelProtocol('1', input);
}

/**
 * A session by a recipe: `runSessionIn(store, { ...recipeSession(ingredients), onEpoch, signal, ... })`.
 * @throws SppgpuError, ShapeError where the recipe does not fit the architecture
 */
export function recipeSession(ingredients: RecipeIngredients): SessionSettings<TrainingScores> {
  const { device, architecture, recipe, loader, preparation, heldOut, onValidating, newRate } = ingredients;
  const { epochs, seed, warmup, microBatch, halfActivations, precision, labelSmoothing } = recipe;
  const task = trainingTask(labelKind(loader.dataset), labelSmoothing);
  const view = ingredients.view ?? paperView(ingredients);
  return {
    ...{ device, architecture, loader, epochs, seed },
    classes: loader.dataset.classes,
    prepare: (items, size) =>
      preparePictures(
        device,
        items.map(({ image }) => image),
        items.map((item) => view(item, size)),
        architecture.input,
        preparation?.options,
      ),
    sizes: recipeSizes(recipe, architecture),
    objective: task.objective,
    ...recipeFineTuning(recipe),
    optimizer: recipeOptimizer(recipe),
    ...recipeSchedule(recipe, loader.batches, newRate),
    ...(warmup !== undefined && { warmup }),
    ...(microBatch !== undefined && { microBatch }),
    ...(halfActivations !== undefined && { halfActivations }),
    ...(precision && { precision }),
    ...(preparation && { data: preparation.data }),
    ...(heldOut && {
      validate: (network: Network, signal: AbortSignal) => {
        onValidating?.(0);
        return task.validate(network, heldOut(), validationProtocol(architecture), {
          ...preparation?.options,
          signal,
          ...(onValidating && { onProgress: onValidating }),
        });
      },
    }),
  };
}

/** A random crop of the resized picture (paper 3.1), perhaps mirrored, its colours shifted where the recipe says so. */
function paperView({ architecture, recipe, preparation }: RecipeIngredients): (item: BatchItem, size: number) => View {
  const { resize: shorterSide, size: crop } = architecture.input;
  const colour = preparation?.colour && { colour: preparation.colour };
  const views = { shorterSide, crop, flip: recipe.flip ? 0.5 : 0, ...colour };
  return ({ rng, image }, outSize) => trainView(rng, image.width, image.height, { ...views, outSize });
}
