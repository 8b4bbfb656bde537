import type { ImageDataset } from '../data/dataset.js';
import { buildArchitecture } from '../models/registry.js';
import type { Device } from '../runtime/device.js';
import { PAPER_RECIPE, type Recipe } from '../train/recipe.js';
import { recipeLoader, recipeSession } from '../train/recipe-session.js';
import type { SessionSettings } from '../train/session-settings.js';
import type { TrainingScores } from '../train/task.js';
import { cropView } from './crop-view.js';

/** Side of the net's input, in pixels; windows are looked at about as large. */
const SIZE = 28;
const LEVELS = [1, 2, 4];
const EPOCHS = 3;

/**
 * The training of a small net that tells cut-out digits, and ground, apart (see `sceneCrops`): its convolutions are what the
 * detector of scenes looks with. Goes to a session with the place where it is kept.
 */
export function cropSession(device: Device, crops: ImageDataset, seed: number): SessionSettings<TrainingScores> {
  const shared = { inputChannels: 3 as const, inputSize: SIZE, dropout: 0, hidden: 32, pyramid: LEVELS };
  const architecture = buildArchitecture('small', { ...shared, classes: crops.classes.length });
  const recipe: Recipe = {
    ...{ ...PAPER_RECIPE, epochs: EPOCHS, batchSize: 16, seed, flip: false, sizes: String(SIZE) },
    ...{ optimizer: 'adamw', lr: 0.005, weightDecay: 0.02, oneCycle: 0.1, labelSmoothing: 0.1 },
  };
  return recipeSession({
    ...{ device, architecture, recipe, loader: recipeLoader(recipe, crops) },
    view: ({ rng, image }, size) => cropView(rng, image.width, image.height, size),
  });
}
