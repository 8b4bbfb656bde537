/**
 * SqueezeNet 1.1 against activations that another program computed (float32, NumPy):
 *   node bench/golden-activations.mjs WEIGHTS.safetensors GOLDEN.safetensors [ADAPTER]
 * The second file holds, for each input `a`, `b`, ...: `a.input_rgb_u8` [h, w, 3], `a.pool1`, `a.fire3` and `a.fire5` (after the
 * pool that follows), `a.fire9`, `a.logits`. Prints the largest difference relative to the largest value; fails above 1e-3.
 */
import {
  buildArchitecture,
  createDevice,
  Generator,
  loadSafetensors,
  loadWeights,
  Network,
  noGrad,
  prepareImages,
  scope,
} from '../dist/node.js';

const LAYERS = { pool1: 'pool1', fire3: 'pool3', fire5: 'pool5', fire9: 'fire9' };
const LIMIT = 1e-3;

const [weights, golden, adapter = 'auto'] = process.argv.slice(2);
const device = await createDevice({ adapter });
const network = new Network(buildArchitecture('squeezenet11'), { device, generator: new Generator(0) }).eval();
const { missing, mismatched } = await loadWeights(network, weights);
if (missing.length + mismatched.length > 0) throw new Error(`incomplete weights: ${missing.join(', ')}`);
const { tensors } = await loadSafetensors(golden);
console.log(device.info.name);
let worst = 0;
for (const [name, { shape, data }] of tensors) {
  const input = /^(\w+)\.input_rgb_u8$/.exec(name)?.[1];
  if (!input) continue;
  const [height, width] = shape;
  const view = { sourceBox: [0, 0, width, height], outSize: [height, width], flip: false, shift: [0, 0, 0] };
  const x = noGrad(() => prepareImages(device, [{ width, height, data }], [view], network.architecture.input));
  for (const [layer, expected] of tensors) {
    const part = layer.startsWith(`${input}.`) ? layer.slice(input.length + 1) : '';
    if (part !== 'logits' && !LAYERS[part]) continue;
    const y = noGrad(() =>
      scope(() => (part === 'logits' ? network.forward(x) : network.features.forwardUntil(x, LAYERS[part]))),
    );
    const found = await y.data();
    y.dispose();
    if (found.length !== expected.data.length) throw new Error(`${layer}: ${y.shape} is not ${expected.shape}`);
    let [difference, largest] = [0, 0];
    for (let i = 0; i < found.length; i++) {
      difference = Math.max(difference, Math.abs(found[i] - expected.data[i]));
      largest = Math.max(largest, Math.abs(expected.data[i]));
    }
    worst = Math.max(worst, difference / largest);
    console.log(`${layer.padEnd(10)} ${width}x${height}  ${(difference / largest).toExponential(1)}`);
  }
  x.dispose();
}
network.dispose();
device.dispose();
console.log(worst <= LIMIT ? `all within ${LIMIT}` : `NOT within ${LIMIT}`);
process.exitCode = worst <= LIMIT ? 0 : 1;
