import { balancedTargets } from '../../detect/edges/balanced-targets.js';
import { edgeLoss } from '../../detect/edges/edge-loss.js';
import { EDGE_NET_INPUT, type EdgeNet } from '../../detect/edges/edge-net.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import type { Optimizer } from '../../optim/optimizer.js';
import type { Device } from '../../runtime/device.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { CropBatch } from './crop-batches.js';
import type { EdgeRecipe } from './edge-recipe.js';

/**
 * One step of the optimizer.
 * @returns the loss over the mean weight of a pixel, so that batches with many boundaries and with few compare; 0 without any
 */
export async function edgeStep(
  device: Device,
  net: EdgeNet,
  optimizer: Optimizer,
  { crops }: CropBatch,
  recipe: EdgeRecipe,
): Promise<number> {
  const { crop } = recipe;
  const marked = new Uint8Array(crops.length * crop * crop);
  for (const [i, one] of crops.entries()) marked.set(one.marked, i * crop * crop);
  const { targets, weights } = balancedTargets(marked, recipe);
  const weight = weights.reduce((sum, one) => sum + one, 0) / weights.length;
  const loss = scope(() => {
    const images = crops.map(({ image }) => image);
    const views = crops.map(() => ({ outSize: [crop, crop] as const }));
    const shape = [crops.length, 1, crop, crop];
    const logits = net.forward(preparePictures(device, images, views, EDGE_NET_INPUT));
    const mean = edgeLoss(logits, tensor(device, targets, { shape }), tensor(device, weights, { shape }));
    mean.backward();
    return mean.detach();
  });
  optimizer.step();
  optimizer.zeroGrad();
  const value = await loss.item();
  loss.dispose();
  return weight > 0 ? value / weight : value;
}
