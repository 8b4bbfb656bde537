/** sppgpu as a runner of the shared cases, written as its own guide teaches: scopes, fused ops, `backward(dy)`. */
import { noGrad } from '../autograd/mode.js';
import * as ops from '../ops/index.js';
import { SGD } from '../optim/sgd.js';
import type { Device } from '../runtime/device.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Case } from './cases.js';
import type { Inputs, Instance, Runner } from './harness.js';
import type { NetRecord } from './nets.js';

let device: Device;

/** Runs on a device that is open already. */
export function useDevice(opened: Device): void {
  device = opened;
}

/** What every op is asked for besides its case: a rung of its ladder. */
let asked: Readonly<Record<string, unknown>> = {};

/** Asks the ops of the next instances for a rung, by the attributes that its ladder gives; none: the op's own choice. */
export function askFor(attributes: Readonly<Record<string, unknown>> = {}): void {
  asked = attributes;
}

type Outputs = Record<string, Tensor>;

/** `compute` runs in a scope; what it returns is freed at once, or read by `outputs()`. */
function instance(compute: () => Outputs, held: readonly Tensor[], outputs?: Instance['outputs']): Instance {
  return {
    step: () => scope(() => void compute()),
    wait: () => device.sync(),
    async outputs() {
      if (outputs) return outputs();
      const results = scope(compute);
      const values: Record<string, ArrayLike<number>> = {};
      for (const [name, result] of Object.entries(results)) {
        values[name] = await result.data();
        result.dispose();
      }
      return values;
    },
    dispose() {
      for (const tensor of held) tensor.dispose();
    },
  };
}

/** The named inputs as tensors in the case's shapes. */
function load({ inputs: specs }: Case, inputs: Inputs, names: readonly string[]): Tensor[] {
  return names.map((name) => {
    const { shape, half } = specs[name]!;
    return tensor(device, inputs[name]!, { shape, ...(half === 'stored' && { dtype: 'f16' }) });
  });
}

/** y = f(inputs), and where the case has a `dy` also the gradients to the inputs listed in `names`. */
function differentiable(
  benchCase: Case,
  inputs: Inputs,
  names: readonly string[],
  f: (tensors: Tensor[]) => Tensor,
  others: readonly Tensor[] = [],
): Instance {
  const tensors = load(benchCase, inputs, names);
  if (benchCase.direction === 'fwd') return instance(() => ({ y: noGrad(() => f(tensors)) }), [...tensors, ...others]);
  const [dy] = load(benchCase, inputs, ['dy']) as [Tensor];
  const { wanted = names } = benchCase.attributes as { wanted?: readonly string[] };
  const leaves = tensors.filter((_, i) => wanted.includes(names[i]!));
  for (const leaf of leaves) leaf.requiresGrad = true;
  if (benchCase.direction === 'bwd') {
    const y = f(tensors);
    const compute = () => {
      y.backward(dy, { retainGraph: true });
      return takeGradients(wanted, leaves);
    };
    return instance(compute, [y, ...tensors, dy, ...others]);
  }
  const compute = () => {
    const y = f(tensors);
    y.backward(dy);
    return { y, ...takeGradients(wanted, leaves) };
  };
  return instance(compute, [...tensors, dy, ...others]);
}

/** The accumulated gradients as d<name>, so that the next execution starts from none. */
function takeGradients(names: readonly string[], tensors: readonly Tensor[]): Outputs {
  const gradients: Outputs = {};
  tensors.forEach((tensor, i) => {
    gradients[`d${names[i]}`] = tensor.grad!.detach();
    tensor.grad!.dispose();
    tensor.grad = null;
  });
  return gradients;
}

function matmul(benchCase: Case, inputs: Inputs): Instance {
  const [a, b] = load(benchCase, inputs, ['a', 'b']) as [Tensor, Tensor];
  const { transposeA, transposeB } = benchCase.attributes;
  const options = { transposeA, transposeB, ...asked };
  return instance(() => ({ y: ops.matmul(a, b, options) }), [a, b]);
}

function adds(benchCase: Case, inputs: Inputs): Instance {
  const [x, b] = load(benchCase, inputs, ['x', 'b']) as [Tensor, Tensor];
  const chain = () => {
    let y = x;
    for (let i = 0; i < benchCase.attributes.count; i++) y = ops.add(y, b);
    return { y };
  };
  return instance(chain, [x, b]);
}

function conv(benchCase: Case, inputs: Inputs): Instance {
  const { stride, padding, dilation, groups } = benchCase.attributes;
  const options = { stride, padding, dilation, groups, ...asked };
  return differentiable(benchCase, inputs, ['x', 'w', 'b'], ([x, w, b]) => ops.conv2d(x!, w!, b!, options));
}

function maxpool(benchCase: Case, inputs: Inputs): Instance {
  const { kernel: kernelSize, stride, padding, ceilMode } = benchCase.attributes;
  const options = { kernelSize, stride, padding, ceilMode, ...asked };
  return differentiable(benchCase, inputs, ['x'], ([x]) => ops.maxPool2d(x!, options));
}

function avgpool(benchCase: Case, inputs: Inputs): Instance {
  const { kernel: kernelSize, stride, padding, ceilMode } = benchCase.attributes;
  const options = { kernelSize, stride, padding, ceilMode, ...asked };
  return differentiable(benchCase, inputs, ['x'], ([x]) => ops.avgPool2d(x!, options));
}

function spp(benchCase: Case, inputs: Inputs): Instance {
  const { levels } = benchCase.attributes;
  const others = inputs.windows ? load(benchCase, inputs, ['windows']) : [];
  const [windows] = others;
  const options = { windows, ...asked };
  return differentiable(benchCase, inputs, ['x'], ([x]) => ops.spatialPyramidPool(x!, levels, options), others);
}

function sum(benchCase: Case, inputs: Inputs): Instance {
  const options = { axes: [1], ...asked };
  return differentiable(benchCase, inputs, ['x'], ([x]) => ops.sum(x!, options));
}

function softmax(benchCase: Case, inputs: Inputs): Instance {
  const options = { ...asked };
  return differentiable(benchCase, inputs, ['x'], ([x]) => ops.softmax(x!, options));
}

function lrn(benchCase: Case, inputs: Inputs): Instance {
  const options = { size: benchCase.attributes.size, ...asked };
  return differentiable(benchCase, inputs, ['x'], ([x]) => ops.localResponseNorm(x!, options));
}

function crossEntropy(benchCase: Case, inputs: Inputs): Instance {
  const [x, labels] = load(benchCase, inputs, ['x', 'labels']) as [Tensor, Tensor];
  if (benchCase.direction === 'fwd')
    return instance(() => ({ loss: noGrad(() => ops.crossEntropy(x, labels, asked)) }), [x, labels]);
  x.requiresGrad = true;
  const compute = () => {
    const loss = ops.crossEntropy(x, labels, asked);
    loss.backward();
    return { loss, ...takeGradients(['x'], [x]) };
  };
  return instance(compute, [x, labels]);
}

/** One layer of `nets.ts`, ReLU fused; `parameter` finds a tensor by name. */
function apply(layer: NetRecord, x: Tensor, parameter: (name: string) => Tensor): Tensor {
  switch (layer.type) {
    case 'conv': {
      const { name, stride, padding, relu } = layer;
      const activation = relu ? 'relu' : 'none';
      return ops.conv2d(x, parameter(`${name}.weight`), parameter(`${name}.bias`), { stride, padding, activation });
    }
    case 'maxpool':
      return ops.maxPool2d(x, { kernelSize: layer.kernel, stride: layer.stride, ceilMode: layer.ceilMode });
    case 'spp':
      return ops.spatialPyramidPool(x, layer.levels);
    case 'fc': {
      const [weight, bias] = [parameter(`${layer.name}.weight`), parameter(`${layer.name}.bias`)];
      const activation = layer.relu ? 'relu' : 'none';
      return ops.matmul(ops.flatten(x, { start: 1 }), weight, { transposeB: true, bias, activation });
    }
  }
}

function cnn(benchCase: Case, inputs: Inputs): Instance {
  const {
    learningRate,
    momentum,
    parameters: names,
    layers,
  } = benchCase.attributes as {
    learningRate: number;
    momentum: number;
    parameters: string[];
    layers: NetRecord[];
  };
  const [x, labels] = load(benchCase, inputs, ['x', 'labels']) as [Tensor, Tensor];
  const fresh = () => {
    const weights = load(benchCase, inputs, names);
    for (const weight of weights) weight.requiresGrad = true;
    return { weights, optimizer: new SGD(weights, { lr: learningRate, momentum }) };
  };
  let state = fresh();
  const dispose = () => {
    state.optimizer.dispose();
    for (const weight of state.weights) weight.dispose();
  };
  const forward = () => {
    const parameter = (name: string) => state.weights[names.indexOf(name)]!;
    return layers.reduce((map, layer) => apply(layer, map, parameter), x);
  };
  if (benchCase.direction === 'infer')
    return { ...instance(() => ({ logits: noGrad(forward) }), [x, labels]), dispose };

  const train = () => {
    state.optimizer.zeroGrad();
    const loss = ops.crossEntropy(forward(), labels);
    loss.backward();
    state.optimizer.step();
    return { loss };
  };
  const outputs = async () => {
    dispose();
    state = fresh();
    const losses: number[] = [];
    for (let step = 0; step < 2; step++) {
      const { loss } = scope(train);
      losses.push(await loss.item());
      loss.dispose();
    }
    const trained: Record<string, ArrayLike<number>> = {};
    for (const [i, name] of names.entries()) trained[name] = await state.weights[i]!.data();
    return { losses, ...trained };
  };
  return {
    ...instance(train, [], outputs),
    dispose() {
      dispose();
      x.dispose();
      labels.dispose();
    },
  };
}

export const kinds: Runner['kinds'] = {
  matmul: { matmul },
  adds: { add: adds },
  conv: { conv2d: conv },
  maxpool: { maxPool2d: maxpool },
  avgpool: { avgPool2d: avgpool },
  crossEntropy: { crossEntropy },
  spp: { spatialPyramidPool: spp },
  cnn: { cnn },
  sum: { sum },
  softmax: { softmax },
  lrn: { localResponseNorm: lrn },
};
