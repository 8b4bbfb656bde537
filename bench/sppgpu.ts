/** Our own library behind the bench's `Runner` interface; the cases and their data are shared with the peers. */
import { noGrad } from '../src/autograd/mode.js';
import { Module, parameter } from '../src/nn/module.js';
import { add } from '../src/ops/add.js';
import { conv2d } from '../src/ops/conv2d.js';
import { crossEntropy } from '../src/ops/cross-entropy.js';
import { matmul } from '../src/ops/matmul.js';
import { maxPool2d } from '../src/ops/max-pool2d.js';
import { reshape } from '../src/ops/reshape.js';
import { spatialPyramidPool } from '../src/ops/spatial-pyramid-pool.js';
import { SGD } from '../src/optim/sgd.js';
import { createDevice } from '../src/runtime/create-device.node.js';
import type { Device } from '../src/runtime/device.js';
import { tensor } from '../src/tensor/create.js';
import { scope } from '../src/tensor/scope.js';
import type { Tensor } from '../src/tensor/tensor.js';
import type { Case } from './cases.mjs';
import type { Inputs, Instance, Runner } from './harness.mjs';

let device: Device;

export const library = 'sppgpu';

/** Makes the runner work on a device that exists already: what `sppgpu bench` does. */
export function useDevice(existing: Device): void {
  device = existing;
}

export async function setup({ adapter }: { adapter?: string }): Promise<{ adapter: string; software: boolean }> {
  device = await createDevice({ adapter: adapter ?? 'auto' });
  return { adapter: device.info.name, software: device.info.software };
}

function upload({ inputs }: Case, values: Inputs, requiring: readonly string[] = []): Record<string, Tensor> {
  const entries = Object.entries(inputs).map(([name, { shape }]) => {
    const made = tensor(device, values[name]!, { shape, requiresGrad: requiring.includes(name) });
    return [name, made] as const;
  });
  return Object.fromEntries(entries);
}

/** An instance from a function that computes all outputs; `step` lets them go at once. */
function instance(
  compute: () => Record<string, Tensor>,
  held: Iterable<Tensor>,
  release: () => void = () => {},
): Instance {
  return {
    step: () => scope(() => void compute()),
    wait: () => device.sync(),
    async outputs() {
      const results = scope(compute);
      const values = await Promise.all(Object.values(results).map((result) => result.data()));
      for (const result of Object.values(results)) result.dispose();
      return Object.fromEntries(Object.keys(results).map((name, i) => [name, values[i]!]));
    },
    dispose() {
      release();
      for (const one of held) one.dispose();
      device.trim();
    },
  };
}

/** Forward, and where the case asks for it backward from `dy`; gradients are outputs named `d` + input. */
function differentiable(
  benchCase: Case,
  values: Inputs,
  wanted: readonly string[],
  forward: (t: Record<string, Tensor>) => Tensor,
  output = 'y',
): Instance {
  const backward = benchCase.direction === 'fwdbwd';
  const tensors = upload(benchCase, values, backward ? wanted : []);
  return instance(() => {
    const y = forward(tensors);
    if (!backward) return { [output]: y };
    y.backward(tensors.dy);
    const results: Record<string, Tensor> = { [output]: y };
    for (const name of wanted) {
      const { grad } = tensors[name]!;
      // A handle inside the step's scope, so that the gradient goes with it.
      results[`d${name}`] = grad!.view(grad!.shape, grad!.strides, grad!.offset, 'bench');
      grad!.dispose();
      tensors[name]!.grad = null;
    }
    return results;
  }, Object.values(tensors));
}

class Cnn extends Module {
  private readonly named: ReadonlyMap<string, Tensor>;

  constructor(tensors: Record<string, Tensor>, names: readonly string[]) {
    super();
    this.named = new Map(names.map((name) => [name, parameter(tensors[name]!)]));
  }

  override ownParameters(): Map<string, Tensor> {
    return new Map(this.named);
  }

  override forward(x: Tensor): Tensor {
    const p = (name: string) => this.named.get(name)!;
    const pool = { kernelSize: 2 };
    const first = maxPool2d(conv2d(x, p('conv1.weight'), p('conv1.bias'), { padding: 2, activation: 'relu' }), pool);
    const second = maxPool2d(
      conv2d(first, p('conv2.weight'), p('conv2.bias'), { padding: 1, activation: 'relu' }),
      pool,
    );
    const flat = reshape(second, [x.shape[0]!, -1]);
    const hidden = matmul(flat, p('fc1.weight'), { transposeB: true, bias: p('fc1.bias'), activation: 'relu' });
    return matmul(hidden, p('fc2.weight'), { transposeB: true, bias: p('fc2.bias') });
  }
}

function cnn(benchCase: Case, values: Inputs): Instance {
  const {
    learningRate: lr,
    momentum,
    parameters,
  } = benchCase.attributes as { learningRate: number; momentum: number; parameters: string[] };
  const tensors = upload(benchCase, values);
  const net = new Cnn(tensors, parameters);
  if (benchCase.direction === 'infer') {
    return instance(() => ({ logits: noGrad(() => net.forward(tensors.x!)) }), Object.values(tensors));
  }
  let optimizer = new SGD(net.parameters(), { lr, momentum });
  const train = () => {
    const loss = crossEntropy(net.forward(tensors.x!), tensors.labels!);
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    return { loss };
  };
  const timed = instance(train, Object.values(tensors), () => optimizer.dispose());
  return {
    ...timed,
    async outputs() {
      net.loadStateDict(
        new Map(parameters.map((name) => [name, { shape: tensors[name]!.shape, data: values[name] as Float32Array }])),
      );
      optimizer.dispose();
      optimizer = new SGD(net.parameters(), { lr, momentum });
      const losses: number[] = [];
      for (let step = 0; step < 2; step++) {
        const { loss } = scope(train);
        losses.push(await loss.item());
        loss.dispose();
      }
      return { losses, 'conv1.weight': await tensors['conv1.weight']!.data() };
    },
  };
}

export const kinds: Runner['kinds'] = {
  matmul: {
    matmul: (benchCase, values) => {
      const tensors = upload(benchCase, values);
      return instance(() => ({ y: matmul(tensors.a!, tensors.b!) }), Object.values(tensors));
    },
  },
  adds: {
    add: (benchCase, values) => {
      const tensors = upload(benchCase, values);
      const { count } = benchCase.attributes as { count: number };
      const chain = () => Array.from({ length: count }).reduce<Tensor>((x) => add(x, tensors.b!), tensors.x!);
      return instance(() => ({ y: chain() }), Object.values(tensors));
    },
  },
  conv: {
    conv2d: (benchCase, values) => {
      const { stride, padding } = benchCase.attributes as { stride: number; padding: number };
      return differentiable(benchCase, values, ['x', 'w', 'b'], ({ x, w, b }) =>
        conv2d(x!, w!, b!, { stride, padding }),
      );
    },
  },
  maxpool: {
    maxPool2d: (benchCase, values) => {
      const { kernel, stride } = benchCase.attributes as { kernel: number; stride: number };
      return differentiable(benchCase, values, ['x'], ({ x }) => maxPool2d(x!, { kernelSize: kernel, stride }));
    },
  },
  crossEntropy: {
    crossEntropy: (benchCase, values) =>
      differentiable(benchCase, values, ['x'], ({ x, labels }) => crossEntropy(x!, labels!), 'loss'),
  },
  spp: {
    spatialPyramidPool: (benchCase, values) => {
      const { levels } = benchCase.attributes as { levels: number[] };
      return differentiable(benchCase, values, ['x'], ({ x, windows }) =>
        spatialPyramidPool(x!, levels, windows ? { windows } : {}),
      );
    },
  },
  cnn: { cnn },
};
