/** SqueezeNet 1.1 against activations of another program; runs in Node and in a browser. */

/** Layer of the file -> layer of ours. */
const LAYERS = { pool1: 'pool1', fire3: 'pool3', fire5: 'pool5', fire9: 'fire9' };

/**
 * @param sppgpu the library, as `sppgpu` or `sppgpu/node` exports it
 * @param device an open device
 * @param weights,golden bytes of the two safetensors files
 * @returns [{layer, input: 'WxH', error}], the largest difference relative to the layer's largest value
 */
export async function compareActivations(sppgpu, device, { weights, golden }) {
  const { buildArchitecture, Generator, Network, noGrad, parseSafetensors, preparePictures, scope } = sppgpu;
  const network = new Network(buildArchitecture('squeezenet11'), { device, generator: new Generator(0) }).eval();
  network.loadStateDict(stateOf(network, parseSafetensors(weights, 'weights').tensors));
  const { tensors } = parseSafetensors(golden, 'golden activations');
  const rows = [];
  for (const [name, { shape, data }] of tensors) {
    const input = /^(\w+)\.input_rgb_u8$/.exec(name)?.[1];
    if (!input) continue;
    const [height, width] = shape;
    const view = { sourceBox: [0, 0, width, height], outSize: [height, width], flip: false, shift: [0, 0, 0] };
    const x = noGrad(() => preparePictures(device, [{ width, height, data }], [view], network.architecture.input));
    for (const [layer, expected] of tensors) {
      const part = layer.startsWith(`${input}.`) ? layer.slice(input.length + 1) : '';
      if (part !== 'logits' && !LAYERS[part]) continue;
      const y = noGrad(() =>
        scope(() => (part === 'logits' ? network.forward(x) : network.features.forwardUntil(x, LAYERS[part]))),
      );
      const found = await y.data();
      y.dispose();
      if (found.length !== expected.data.length) throw new Error(`${layer}: ${y.shape} is not ${expected.shape}`);
      rows.push({ layer, input: `${width}x${height}`, error: relativeError(found, expected.data) });
    }
    x.dispose();
  }
  network.dispose();
  return rows;
}

/** Every parameter from the file, which has Caffe's names: `fire2/squeeze1x1.weight` for `features.fire2.squeeze1x1.weight`. */
function stateOf(network, tensors) {
  const byDottedName = new Map([...tensors].map(([name, stored]) => [name.replaceAll('/', '.'), stored]));
  const state = new Map();
  for (const name of network.stateDict().keys()) {
    const stored = byDottedName.get(name.slice(name.indexOf('.') + 1));
    if (!stored) throw new Error(`the weights have no ${name}`);
    state.set(name, { shape: stored.shape, data: stored.data });
  }
  return state;
}

/** NaN in `found` gives NaN, which is within no limit. */
function relativeError(found, expected) {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < found.length; i++) {
    difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference / largest;
}
