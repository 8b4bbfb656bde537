/** The networks of `nets.ts` in float64: inference, and two steps of SGD with momentum (v = m v + g; p -= lr v). */
import { conv2d, conv2dGated, conv2dInputGradient, conv2dWeightGradients } from '../../selftest/reference/conv2d.js';
import { matmul, matmulVjp } from '../../selftest/reference/matmul.js';
import { type NdArray, nd } from '../../selftest/reference/nd.js';
import { maxPool2dVjp, maxPool2dWithIndices } from '../../selftest/reference/pool2d.js';
import { crossEntropy, crossEntropyVjp } from '../../selftest/reference/softmax.js';
import { spatialPyramidPool, spatialPyramidPoolVjp } from '../../selftest/reference/spatial-pyramid-pool.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import type { NetRecord } from '../nets.js';
import { type Expectations, expectation, positions, rootMeanSquare, whole } from './sample.js';

type Parameters = Record<string, NdArray>;

const own = (parameters: Parameters, { name }: NetRecord) => ({
  w: parameters[`${name}.weight`]!,
  b: parameters[`${name}.bias`]!,
});
const activation = ({ relu }: { relu: boolean }) => (relu ? 'relu' : 'none');
const flat = (x: NdArray): NdArray => ({ ...x, shape: [x.shape[0]!, x.data.length / x.shape[0]!] });

function forward(layer: NetRecord, x: NdArray, parameters: Parameters): NdArray {
  const { w, b } = own(parameters, layer);
  switch (layer.type) {
    case 'conv':
      return conv2d(x, w, b, { stride: layer.stride, padding: layer.padding, activation: activation(layer) });
    case 'maxpool':
      return maxPool2dWithIndices(x, { ...layer, kernelSize: layer.kernel }).output;
    case 'spp':
      return spatialPyramidPool(x, layer.levels);
    case 'fc':
      return matmul(flat(x), w, b, { transposeB: true, activation: activation(layer) });
  }
}

/** The gradients to a layer's parameters, by name, and a function that computes the one to its input. */
function backward(layer: NetRecord, x: NdArray, y: NdArray, g: NdArray, parameters: Parameters) {
  const { w, b } = own(parameters, layer);
  const named = (dw: NdArray, db: NdArray) => ({ [`${layer.name}.weight`]: dw, [`${layer.name}.bias`]: db });
  switch (layer.type) {
    case 'conv': {
      const attrs = { stride: layer.stride, padding: layer.padding, activation: activation(layer) } as const;
      const gated = conv2dGated(y, g, attrs);
      return {
        gradients: named(...conv2dWeightGradients(x, w, gated, attrs)),
        dx: () => conv2dInputGradient(x, w, gated, attrs),
      };
    }
    case 'maxpool':
      return { gradients: {}, dx: () => maxPool2dVjp(x, g, { ...layer, kernelSize: layer.kernel }) };
    case 'spp':
      return { gradients: {}, dx: () => spatialPyramidPoolVjp(x, g, layer.levels) };
    case 'fc': {
      const [dx, dw, db] = matmulVjp(flat(x), w, b, g, { transposeB: true, activation: activation(layer) });
      return { gradients: named(dw!, db!), dx: () => ({ ...dx!, shape: x.shape }) };
    }
  }
}

/** `logits` for inference; for training the `losses` of two steps and every parameter after them. */
export function cnn({ direction, attributes, inputs: specs }: Case, inputs: Inputs): Expectations {
  const {
    learningRate,
    momentum,
    parameters: names,
    layers,
  } = attributes as {
    learningRate: number;
    momentum: number;
    parameters: string[];
    layers: NetRecord[];
  };
  const array = (name: string) => nd(specs[name]!.shape, inputs[name]);
  const parameters: Parameters = Object.fromEntries(names.map((name) => [name, array(name)]));
  const labels = array('labels');
  /** The images and the output of every layer, in order. */
  const maps = (): NdArray[] => {
    const all = [array('x')];
    for (const layer of layers) all.push(forward(layer, all.at(-1)!, parameters));
    return all;
  };
  if (direction === 'infer') return { logits: whole(maps().at(-1)!.data) };

  const velocities = new Map(names.map((name) => [name, new Float64Array(inputs[name]!.length)]));
  const losses: number[] = [];
  for (let step = 0; step < 2; step++) {
    const all = maps();
    const logits = all.at(-1)!;
    losses.push(crossEntropy(logits, labels).data[0]!);
    let g = crossEntropyVjp(logits, labels, nd([], [1]));
    const gradients: Parameters = {};
    for (let index = layers.length - 1; index >= 0; index--) {
      const found = backward(layers[index]!, all[index]!, all[index + 1]!, g, parameters);
      Object.assign(gradients, found.gradients);
      if (index > 0) g = found.dx();
    }
    for (const [name, velocity] of velocities)
      gradients[name]!.data.forEach((gradient, i) => {
        velocity[i] = momentum * velocity[i]! + gradient;
        parameters[name]!.data[i]! -= learningRate * velocity[i]!;
      });
  }
  const expected: Expectations = { losses: expectation(Uint32Array.of(0, 1), Float64Array.from(losses), 1e-3) };
  for (const name of names) {
    const { data } = parameters[name]!;
    const change = data.map((value, i) => value - inputs[name]![i]!);
    const indices = positions(data.length);
    const values = Float64Array.from(indices, (index) => data[index]!);
    // Judged by the size of the change, so that a wrong or missing update is seen.
    expected[name] = expectation(indices, values, 0.02 * rootMeanSquare(change));
  }
  return expected;
}
