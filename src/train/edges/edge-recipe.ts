import { type BalanceOptions, DEFAULT_BALANCE } from '../../detect/edges/balanced-targets.js';
import { checkSetting } from '../../runtime/options.js';

/** How an edge net is trained, as plain data. */
export interface EdgeRecipe extends BalanceOptions {
  /** Passes over the training pictures, one crop of each. */
  readonly epochs: number;
  /** Crops per step. */
  readonly batchSize: number;
  /** Side of a crop in pixels, a multiple of 16. */
  readonly crop: number;
  /** Rate of AdamW; it rises over the first steps and falls along a cosine to 0 at the end. */
  readonly lr: number;
  readonly weightDecay: number;
  /** Of weights, order and crops. */
  readonly seed: number;
}

export const EDGE_RECIPE: EdgeRecipe = {
  epochs: 20,
  batchSize: 4,
  crop: 160,
  lr: 0.002,
  weightDecay: 1e-4,
  ...DEFAULT_BALANCE,
  seed: 1,
};

/** Steps over which the rate rises. */
export const WARMUP = 30;

/** @throws SppgpuError for a recipe that cannot be */
export function checkEdgeRecipe(recipe: EdgeRecipe): void {
  const check = (name: keyof EdgeRecipe, range: Parameters<typeof checkSetting>[3]) =>
    checkSetting('edges', name, recipe[name], range);
  check('epochs', { least: 1, integer: true });
  check('batchSize', { least: 1, integer: true });
  check('crop', { least: 16, integer: true });
  checkSetting('edges', 'crop / 16', recipe.crop / 16, { integer: true });
  check('lr', { above: 0 });
  check('weightDecay', { least: 0 });
  check('consensus', { above: 0, most: 1 });
  check('negative', { above: 0 });
  check('seed', { least: 0, integer: true });
}
