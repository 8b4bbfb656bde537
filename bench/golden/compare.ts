/** SqueezeNet 1.1 against activations of another program; runs in Node and in a browser. */
import type * as library from '../../src/index.js';
import type { Device, Network, Picture, StoredTensor } from '../../src/index.js';

export interface ActivationRow {
  readonly layer: string;
  /** Width x height. */
  readonly input: string;
  /** The largest difference relative to the layer's largest value. */
  readonly error: number;
}

/** Layer of the file -> layer of ours. */
const LAYERS: Readonly<Record<string, string>> = { pool1: 'pool1', fire3: 'pool3', fire5: 'pool5', fire9: 'fire9' };

/**
 * @param sppgpu the library, as `sppgpu` or `sppgpu/node` exports it
 * @param device an open device
 * @param weights,golden bytes of the two safetensors files
 */
export async function compareActivations(
  sppgpu: typeof library,
  device: Device,
  { weights, golden }: { weights: Uint8Array; golden: Uint8Array },
): Promise<ActivationRow[]> {
  const { buildArchitecture, Generator, Network, noGrad, parseSafetensors, preparePictures, scope } = sppgpu;
  const network = new Network(buildArchitecture('squeezenet11'), { device, generator: new Generator(0) }).eval();
  network.loadStateDict(stateOf(network, parseSafetensors(weights, 'weights').tensors));
  const { tensors } = parseSafetensors(golden, 'golden activations');
  const rows: ActivationRow[] = [];
  for (const [name, { shape, data }] of tensors) {
    const input = /^(\w+)\.input_rgb_u8$/.exec(name)?.[1];
    if (!input) continue;
    const [height, width] = shape as [number, number, number];
    const picture: Picture = { width, height, data: data as Uint8Array };
    const x = noGrad(() =>
      preparePictures(device, [picture], [{ outSize: [height, width] }], network.architecture.input),
    );
    for (const [layer, expected] of tensors) {
      const part = layer.startsWith(`${input}.`) ? layer.slice(input.length + 1) : '';
      if (part !== 'logits' && !LAYERS[part]) continue;
      const y = noGrad(() =>
        scope(() => (part === 'logits' ? network.forward(x) : network.features.forwardUntil(x, LAYERS[part]!))),
      );
      const found = await y.data();
      y.dispose();
      if (found.length !== expected.data.length) throw new Error(`${layer}: ${y.shape} is not ${expected.shape}`);
      rows.push({ layer, input: `${width}x${height}`, error: relativeError(found, expected.data as Float32Array) });
    }
    x.dispose();
  }
  network.dispose();
  return rows;
}

/** Every parameter from the file, which has Caffe's names: `fire2/squeeze1x1.weight` for `features.fire2.squeeze1x1.weight`. */
function stateOf(network: Network, tensors: ReadonlyMap<string, StoredTensor>) {
  const byDottedName = new Map([...tensors].map(([name, stored]) => [name.replaceAll('/', '.'), stored]));
  const state: Parameters<Network['loadStateDict']>[0] & Map<string, unknown> = new Map();
  for (const name of network.stateDict().keys()) {
    const stored = byDottedName.get(name.slice(name.indexOf('.') + 1));
    if (!stored) throw new Error(`the weights have no ${name}`);
    state.set(name, { shape: stored.shape, data: stored.data });
  }
  return state;
}

/** NaN in `found` gives NaN, which is within no limit. */
function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < found.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}
