/**
 * jax-js 0.1.25 on WebGPU, used as its documentation teaches: every function under `jit`, gradients by `vjp` and
 * `valueAndGrad`, `.ref` where an argument is needed again (its operations consume their arguments).
 */
import type * as Jax from '@jax-js/jax';
import type { Case } from '../../src/bench/cases.js';
import type { Inputs, Instance, Runner } from '../../src/bench/harness.js';
import type { NetRecord } from '../../src/bench/nets.js';
import { installWebGPU } from './dawn.js';
import { type AxisBins, axisBins, sparseTable } from './pyramid.js';

export { problems } from './dawn.js';
export const library = 'jax-js 0.1.25';

type Arr = Jax.Array;
type Named = Record<string, Arr>;
/** A function under `jit`, which holds memory until it is disposed. */
type Compiled = Jax.OwnedFunction<(...args: Arr[]) => Arr[]>;
type Padding = [number, number][];

let jax: typeof Jax;
let np: typeof Jax.numpy;

export const setup: Runner['setup'] = async (options) => {
  const device = await installWebGPU(options);
  jax = await import('@jax-js/jax');
  np = jax.numpy;
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  return device;
};

/** The WASM backend instead, which computes on the CPU. */
export const setupWasm: Runner['setup'] = async () => {
  jax = await import('@jax-js/jax');
  np = jax.numpy;
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return { adapter: 'CPU', software: true };
};

const onWasm = (): boolean => jax.defaultDevice() === 'wasm';

const wait = async (): Promise<void> => {
  if (!onWasm()) await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
};

/**
 * Arrays are lazy: asking for the GPU buffer is what submits the kernels, and the library's only way to do it without
 * waiting for them. On WASM their numbers are asked for. Either lets the array go.
 */
const submit = (arrays: Named | readonly Arr[]): void => {
  for (const array of Object.values(arrays)) {
    if (onWasm()) array.dataSync();
    else array.gpuBufferSync();
  }
};

interface InstanceOptions {
  /** Arrays and functions to let go at the end. */
  readonly held?: readonly Arr[];
  readonly functions?: readonly Compiled[];
}

/** `compute` gives arrays by output name. */
function instance(compute: () => Named, { held = [], functions = [] }: InstanceOptions = {}): Instance {
  return {
    step: () => submit(compute()),
    wait,
    async outputs() {
      const values: Record<string, ArrayLike<number>> = {};
      for (const [name, result] of Object.entries(compute())) values[name] = await result.data();
      return values;
    },
    dispose() {
      for (const array of held) array.dispose();
      for (const compiled of functions) compiled.dispose();
    },
  };
}

const arraysOf = ({ inputs: specs }: Case, inputs: Inputs, names: readonly string[]): Arr[] =>
  names.map((name) => np.array(inputs[name]!, { shape: specs[name]!.shape }));
const refs = (arrays: readonly Arr[]): Arr[] => arrays.map((array) => array.ref);

/** Runs `f` of some inputs under jit; its result is a list of arrays, named by `names`. */
function compiled(f: (...args: Arr[]) => Arr[], args: readonly Arr[], names: readonly string[]): Instance {
  const run = jax.jit(f) as Compiled;
  const compute = () => {
    const results = run(...refs(args));
    return Object.fromEntries(names.map((name, i) => [name, results[i]!]));
  };
  return instance(compute, { held: args, functions: [run] });
}

/** y = f(...args), and with a `dy` behind the arguments also the gradients to the first `count` of them. */
const withGradients =
  (f: (...args: Arr[]) => Arr, count: number) =>
  (...all: Arr[]): Arr[] => {
    const dy = all.pop()!;
    const constants = all.splice(count);
    const [y, pullback] = jax.vjp((...args: Arr[]) => f(...args, ...refs(constants)), all);
    const gradients = pullback(dy) as Arr[];
    pullback.dispose();
    for (const constant of constants) constant.dispose();
    return [y, ...gradients];
  };

function matmul(benchCase: Case, inputs: Inputs): Instance {
  return compiled((a, b) => [np.matmul(a!, b!)], arraysOf(benchCase, inputs, ['a', 'b']), ['y']);
}

function adds(benchCase: Case, inputs: Inputs): Instance {
  const { count } = benchCase.attributes;
  const [x, b] = arraysOf(benchCase, inputs, ['x', 'b']) as [Arr, Arr];
  const chain = () => {
    let y = x.ref;
    for (let i = 0; i < count; i++) y = y.add(b.ref);
    return { y };
  };
  return instance(chain, { held: [x, b] });
}

/** `padding`: before and behind, for rows and columns. */
type Convolution = (x: Arr, w: Arr, b: Arr, stride: number, padding: Padding) => Arr;

const conv2d: Convolution = (x, w, b, stride, padding) =>
  jax.lax.convGeneralDilated(x, w, [stride, stride], padding).add(b.reshape([-1, 1, 1]));
const same = (padding: number): Padding => [
  [padding, padding],
  [padding, padding],
];
/** Found by trying: jax-js 0.1.25 sums the weight gradient of `zf5_narrow`'s conv1 wrongly over 60,500 output positions, right over 24,200. */
const MOST_POSITIONS = 2 ** 15;

/** The same convolution a few images at a time, so that jax-js gets the weight gradient right. */
const conv2dInChunks: Convolution = (x, w, b, stride, padding) => {
  const [n, , h, width] = x.shape as [number, number, number, number];
  const kernel = w.shape.at(-1)!;
  const [oh, ow] = [h, width].map((side) => Math.floor((side + 2 * padding[0]![0] - kernel) / stride) + 1) as [
    number,
    number,
  ];
  const images = Math.max(1, Math.floor(MOST_POSITIONS / (oh * ow)));
  if (n <= images) return conv2d(x, w, b, stride, padding);
  const parts: Arr[] = [];
  for (let first = 0; first < n; first += images)
    parts.push(conv2d(x.ref.slice([first, Math.min(n, first + images)]), w.ref, b.ref, stride, padding));
  for (const whole of [x, w, b]) whole.dispose();
  return np.concatenate(parts, 0);
};

function conv(benchCase: Case, inputs: Inputs): Instance {
  const { stride, padding } = benchCase.attributes;
  const f = (...[x, w, b]: Arr[]): Arr => conv2d(x!, w!, b!, stride, same(padding));
  if (benchCase.direction === 'fwd')
    return compiled((...args) => [f(...args)], arraysOf(benchCase, inputs, ['x', 'w', 'b']), ['y']);
  const args = arraysOf(benchCase, inputs, ['x', 'w', 'b', 'dy']);
  return compiled(withGradients(f, 3), args, ['y', 'dx', 'dw', 'db']);
}

/** Max over windows of the last two axes. */
const maxPool2d = (x: Arr, kernel: [number, number], stride: [number, number]): Arr =>
  jax.lax.reduceWindow(x, np.max, kernel, stride);

function maxpool(benchCase: Case, inputs: Inputs): Instance {
  const { kernel, stride } = benchCase.attributes;
  return ofMap((x) => maxPool2d(x, [kernel, kernel], [stride, stride]), benchCase, inputs);
}

/** Forward, or forward and the gradient to x from dy, of a function of one map and of constants. */
function ofMap(
  f: (x: Arr, ...constants: Arr[]) => Arr,
  benchCase: Case,
  inputs: Inputs,
  constants: readonly Arr[] = [],
): Instance {
  const [x] = arraysOf(benchCase, inputs, ['x']) as [Arr];
  const g = (...[map, ...rest]: Arr[]): Arr => f(map!, ...rest);
  if (benchCase.direction === 'fwd') return compiled((...args) => [g(...args)], [x, ...constants], ['y']);
  const [dy] = arraysOf(benchCase, inputs, ['dy']) as [Arr];
  return compiled(withGradients(g, 1), [x, ...constants, dy], ['y', 'dx']);
}

const meanCrossEntropy = (logits: Arr, oneHotLabels: Arr): Arr => {
  const [n] = logits.shape as [number];
  return jax.nn
    .logSoftmax(logits)
    .mul(oneHotLabels)
    .sum()
    .mul(-1 / n);
};

function crossEntropy(benchCase: Case, inputs: Inputs): Instance {
  const { classes } = benchCase.attributes;
  const [x, labels] = arraysOf(benchCase, inputs, ['x', 'labels']) as [Arr, Arr];
  const args = [x, jax.nn.oneHot(labels, classes)];
  if (benchCase.direction === 'fwd')
    return compiled((logits, targets) => [meanCrossEntropy(logits!, targets!)], args, ['loss']);
  const gradient = jax.valueAndGrad(meanCrossEntropy);
  return compiled((logits, targets) => gradient(logits!, targets!) as Arr[], args, ['loss', 'dx']);
}

/** One level of [n, c, h, w]: strided pooling along each axis whose bins allow it, else bin by bin. */
function level(x: Arr, n: number): Arr {
  const [, , h, w] = x.shape as [number, number, number, number];
  const [rows, columns] = [axisBins(h, n), axisBins(w, n)];
  if (rows.regular && columns.regular)
    return maxPool2d(x, [rows.kernel, columns.kernel], [rows.stride, columns.stride]);
  const narrow = columns.regular
    ? maxPool2d(x, [1, columns.kernel], [1, columns.stride])
    : binByBin(x, columns, 3, (start, end) => [[], [], [], [start, end]]);
  return binByBin(narrow, rows, 2, (start, end) => [[], [], [start, end], []]);
}

function binByBin(
  x: Arr,
  { starts, ends }: AxisBins,
  axis: number,
  ranges: (start: number, end: number) => ([] | [number] | [number, number])[],
): Arr {
  const parts = starts.map((start, i) => np.max(x.ref.slice(...ranges(start, ends[i]!)), axis));
  x.dispose();
  return np.stack(parts, axis);
}

/** Levels 1, 2, 3 from level 6 (see pyramid.ts), all as columns of one matrix. */
function nestedColumns(six: Arr): Arr {
  const rows = six.shape[0]!;
  const three = maxPool2d(six.ref, [2, 2], [2, 2]);
  const two = maxPool2d(six.ref, [3, 3], [3, 3]);
  const one = maxPool2d(two.ref, [2, 2], [2, 2]);
  return np.concatenate(
    [one, two, three, six].map((map) => map.reshape([rows, -1])),
    1,
  );
}

const nested = (benchCase: Case, inputs: Inputs): Instance | null =>
  benchCase.attributes.windows ? null : ofMap((x) => nestedColumns(level(x, 6)), benchCase, inputs);

/** Level 6 of every window from a sparse table of maxima, then the nested levels. One image only. */
function windowsBySparseTable(benchCase: Case, inputs: Inputs): Instance | null {
  const { c, h, w, windows } = benchCase.attributes;
  if (!windows) return null;
  const { tables, indices, mostK, mostL } = sparseTable(inputs.windows!, h, w, 6);
  const f = (x: Arr, ...corners: Arr[]): Arr => {
    const maps: Arr[] = [];
    let tall = x.reshape([c, h, w]);
    for (let k = 0; k <= mostK; k++) {
      let map = tall.ref;
      for (let l = 0; l <= mostL; l++) {
        maps.push(map.ref);
        const reach = 2 ** l;
        if (l < mostL) map = np.maximum(map.ref.slice([], [], [0, -reach]), map.slice([], [], [reach]));
        else map.dispose();
      }
      const reach = 2 ** k;
      if (k < mostK) tall = np.maximum(tall.ref.slice([], [0, -reach]), tall.slice([], [reach]));
      else tall.dispose();
    }
    const matrix = np.concatenate(
      maps.map((map, i) => map.reshape([c, tables[i]!.rows * tables[i]!.columns])),
      1,
    );
    const taken = corners.map((index) => np.take(matrix.ref, index, 1)) as [Arr, Arr, Arr, Arr];
    matrix.dispose();
    const six = np.maximum(np.maximum(taken[0], taken[1]), np.maximum(taken[2], taken[3]));
    return nestedColumns(np.moveaxis(six.reshape([c, windows, 6, 6]), 0, 1));
  };
  return ofMap(
    f,
    benchCase,
    inputs,
    indices.map((values) => np.array(values)),
  );
}

type Layer<Type extends NetRecord['type']> = Extract<NetRecord, { type: Type }>;
const activated = (y: Arr, { relu }: { readonly relu: boolean }): Arr => (relu ? jax.nn.relu(y) : y);

/** One layer of each kind of `nets.ts`; `convolve` is one of the two convolutions above. */
const LAYERS: {
  readonly [Type in NetRecord['type']]: (
    layer: Layer<Type>,
    x: Arr,
    weights: readonly Arr[],
    convolve: Convolution,
  ) => Arr;
} = {
  conv: (layer, x, [weight, bias], convolve) =>
    activated(convolve(x, weight!, bias!, layer.stride, same(layer.padding)), layer),
  maxpool({ kernel, stride, input, output }, x) {
    // Ceil mode: zeros at the end never win, since a ReLU went before.
    const [bottom, right] = [1, 2].map((axis) => Math.max(0, (output[axis]! - 1) * stride + kernel - input[axis]!)) as [
      number,
      number,
    ];
    const edges: Padding = [
      [0, 0],
      [0, 0],
      [0, bottom],
      [0, right],
    ];
    return maxPool2d(bottom || right ? np.pad(x, edges) : x, [kernel, kernel], [stride, stride]);
  },
  spp: (_, x) => nestedColumns(level(x, 6)),
  fc: (layer, x, [weight, bias]) =>
    activated(np.matmul(x.reshape([x.shape[0]!, -1]), np.transpose(weight!)).add(bias!), layer),
};

const cnn =
  (convolve: Convolution) =>
  (benchCase: Case, inputs: Inputs): Instance => {
    const { direction, attributes } = benchCase;
    const { classes, learningRate, momentum } = attributes;
    const [names, layers] = [attributes.parameters as string[], attributes.layers as NetRecord[]];
    const [x, labels] = arraysOf(benchCase, inputs, ['x', 'labels']) as [Arr, Arr];
    const targets = jax.nn.oneHot(labels, classes);
    const initial = () => arraysOf(benchCase, inputs, names);
    const forward = (weights: readonly Arr[], images: Arr): Arr =>
      layers.reduce((map, layer) => {
        const own = weights.filter((_, i) => names[i]!.startsWith(`${layer.name}.`));
        return LAYERS[layer.type](layer as never, map, own, convolve);
      }, images);
    if (direction === 'infer') {
      const infer = (...[images, ...weights]: Arr[]): Arr[] => [forward(weights, images!)];
      targets.dispose();
      return compiled(infer, [x, ...initial()], ['logits']);
    }

    const zeros = () => names.map((name) => np.zeros(benchCase.inputs[name]!.shape));
    const gradient = jax.valueAndGrad((weights: Arr[], images: Arr, wanted: Arr) =>
      meanCrossEntropy(forward(weights, images), wanted),
    );
    type State = [loss: Arr, weights: Arr[], velocities: Arr[]];
    const update = jax.jit((weights: Arr[], velocities: Arr[], images: Arr, wanted: Arr): State => {
      const [loss, gradients] = gradient(jax.tree.ref(weights), images, wanted) as [Arr, Arr[]];
      const moved = velocities.map((v, i) => v.mul(momentum).add(gradients[i]!));
      return [loss, weights.map((p, i) => p.sub(moved[i]!.ref.mul(learningRate))), moved];
    });
    let state = { weights: initial(), velocities: zeros() };
    const train = (): Arr => {
      const [loss, weights, velocities] = update(state.weights, state.velocities, x.ref, targets.ref);
      state = { weights, velocities };
      return loss;
    };
    const drop = () => jax.tree.dispose(state);
    return {
      step: () => submit([train(), ...refs(state.weights), ...refs(state.velocities)]),
      wait,
      async outputs() {
        drop();
        state = { weights: initial(), velocities: zeros() };
        const losses: number[] = [];
        for (let step = 0; step < 2; step++) losses.push((await train().data())[0]!);
        const trained: Record<string, ArrayLike<number>> = {};
        for (const [i, name] of names.entries()) trained[name] = await state.weights[i]!.ref.data();
        return { losses, ...trained };
      },
      dispose() {
        drop();
        x.dispose();
        targets.dispose();
        update.dispose();
      },
    };
  };

export const kinds: Runner['kinds'] = {
  matmul: { matmul },
  adds: { add: adds },
  conv: { convGeneralDilated: conv },
  maxpool: { reduceWindow: maxpool },
  crossEntropy: { logSoftmax: crossEntropy },
  spp: { nested, sparseTable: windowsBySparseTable },
  cnn: { cnn: cnn(conv2d), inChunks: cnn(conv2dInChunks) },
};
