import type { Architecture } from '../models/architecture.js';
import { parameterSpecs } from '../models/trace.js';
import { checkRates, frozenNames } from './fine-tuning.js';
import { type Recipe, recipeFineTuning } from './recipe.js';

/** @throws SppgpuError for parts that the network does not have */
export function checkFineTuning(recipe: Recipe, architecture: Architecture): void {
  const names = parameterSpecs(architecture).map(({ name }) => name);
  frozenNames(names, recipeFineTuning(recipe));
  checkRates(names, recipeFineTuning(recipe));
}
