/**
 * TensorFlow.js 4.22 with its WebGPU backend, used as its documentation teaches: channels last (its native layout),
 * `tf.tidy`, fused ops, `tf.valueAndGrads`, its own momentum optimizer. Layout conversions happen outside the timer.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as Tfjs from '@tensorflow/tfjs';
import type { Case } from '../../src/bench/cases.js';
import type { Inputs, Instance, Runner } from '../../src/bench/harness.js';
import type { NetRecord, PyramidRecord } from '../../src/bench/nets.js';
import { installWebGPU } from './dawn.js';
import { channelsFirst, channelsLast, hwio, oihw, reorderColumns, transposed } from './layout.js';
import { axisBins, sparseTable } from './pyramid.js';

export { problems } from './dawn.js';
export const library = 'tfjs 4.22';

type Tensor = Tfjs.Tensor;
type Maps = Tfjs.Tensor4D;
type Values = Float32Array | Int32Array;

let tf: typeof Tfjs;

export const setup: Runner['setup'] = async (options) => {
  const device = await installWebGPU(options);
  // Imported only now: the backend registers itself if it finds navigator.gpu.
  tf = (await import('@tensorflow/tfjs')).default as unknown as typeof Tfjs;
  await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend('webgpu');
  await tf.ready();
  return device;
};

/** The WASM backend instead, which computes on the CPU, in one thread where it runs in Node. */
export const setupWasm: Runner['setup'] = async () => {
  tf = (await import('@tensorflow/tfjs')).default as unknown as typeof Tfjs;
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(`${dirname(resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  await tf.setBackend('wasm');
  await tf.ready();
  return { adapter: 'CPU, 1 thread', software: true };
};

/** What its WebGPU backend has beyond the public interface. */
interface Backend {
  readonly queue: GPUQueue;
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** The backend batches dispatches until something is read; this submits the rest and waits, reading nothing. */
async function wait(): Promise<void> {
  if (tf.getBackend() === 'wasm') return; // which computes at once
  const backend = tf.backend() as unknown as Backend;
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
  await backend.queue.onSubmittedWorkDone();
}

interface InstanceOptions {
  /** How an output's values become canonical, by its name. */
  readonly read?: Readonly<Record<string, (values: Values) => ArrayLike<number>>>;
  /** Tensors to free at the end. */
  readonly held?: readonly Tensor[];
  readonly outputs?: Instance['outputs'];
}

/** `compute` gives tensors by output name, and runs inside `tf.tidy`. */
function instance(
  compute: () => Record<string, Tensor>,
  { read = {}, held = [], outputs }: InstanceOptions = {},
): Instance {
  const once = () => tf.tidy(compute);
  return {
    step: () => tf.dispose(once()),
    wait,
    async outputs() {
      if (outputs) return outputs();
      const results = once();
      const canonical: Record<string, ArrayLike<number>> = {};
      for (const [name, result] of Object.entries(results)) {
        const values = (await result.data()) as Values;
        canonical[name] = read[name] ? read[name](values) : values;
      }
      tf.dispose(results);
      return canonical;
    },
    dispose: () => tf.dispose([...held]),
  };
}

/** Tensors live on the GPU only after their first use: touch them so that no upload falls into a timer. */
function upload<S extends number[]>(values: Values, shape: [...S]) {
  return tf.tensor(values, shape, 'float32');
}
const maps = (values: Values, shape: [number, number, number, number]): Maps => upload(values, shape) as Maps;

function matmul({ attributes: { m, k, n } }: Case, inputs: Inputs): Instance {
  const a = upload(inputs.a!, [m, k]);
  const b = upload(inputs.b!, [k, n]);
  return instance(() => ({ y: tf.matMul(a, b) }), { held: [a, b] });
}

function adds({ attributes: { count } }: Case, inputs: Inputs): Instance {
  const x = tf.tensor1d(inputs.x!);
  const b = tf.tensor1d(inputs.b!);
  const chain = () => {
    let y: Tensor = x;
    for (let i = 0; i < count; i++) y = tf.add(y, b);
    return { y };
  };
  return instance(chain, { held: [x, b] });
}

function conv({ direction, attributes }: Case, inputs: Inputs): Instance {
  const { n, c, h, w, o, kernel, stride, padding, oh, ow } = attributes as Record<string, number>;
  const filterShape = [o!, c!, kernel!, kernel!] as const;
  const x = maps(channelsLast(inputs.x!, [n!, c!, h!, w!]), [n!, h!, w!, c!]);
  const filter = maps(hwio(inputs.w!, filterShape), [kernel!, kernel!, c!, o!]);
  const bias = tf.tensor1d(inputs.b!);
  const options = { strides: stride!, pad: padding!, dimRoundingMode: 'floor' } as const;
  const f = (image: Maps, weight: Maps, offset: Tensor): Tensor =>
    tf.fused.conv2d({ x: image, filter: weight, bias: offset, ...options });
  const read: InstanceOptions['read'] = {
    y: (values) => channelsFirst(values, [n!, o!, oh!, ow!]),
    dx: (values) => channelsFirst(values, [n!, c!, h!, w!]),
    dw: (values) => oihw(values, filterShape),
  };
  if (direction === 'fwd') return instance(() => ({ y: f(x, filter, bias) }), { read, held: [x, filter, bias] });

  const dy = maps(channelsLast(inputs.dy!, [n!, o!, oh!, ow!]), [n!, oh!, ow!, o!]);
  const gradients = tf.valueAndGrads((...all) => f(all[0] as Maps, all[1] as Maps, all[2]!));
  const compute = () => {
    const { value, grads } = gradients([x, filter, bias], dy);
    return { y: value, dx: grads[0]!, dw: grads[1]!, db: grads[2]! };
  };
  return instance(compute, { read, held: [x, filter, bias, dy] });
}

/** Forward, or forward and the gradient to x from dy, of a function of one map. */
function ofMap(f: (x: Maps) => Tensor, x: Maps, dy: Tensor | null, options: InstanceOptions): Instance {
  if (!dy) return instance(() => ({ y: f(x) }), options);
  const gradient = tf.valueAndGrad((map) => f(map as Maps));
  const compute = () => {
    const { value, grad } = gradient(x, dy);
    return { y: value, dx: grad };
  };
  return instance(compute, options);
}

function maxpool({ direction, attributes }: Case, inputs: Inputs): Instance {
  const { n, c, h, w, kernel, stride, oh, ow } = attributes;
  const x = maps(channelsLast(inputs.x!, [n, c, h, w]), [n, h, w, c]);
  const dy = direction === 'fwd' ? null : maps(channelsLast(inputs.dy!, [n, c, oh, ow]), [n, oh, ow, c]);
  const read: InstanceOptions['read'] = {
    y: (values) => channelsFirst(values, [n, c, oh, ow]),
    dx: (values) => channelsFirst(values, [n, c, h, w]),
  };
  return ofMap((map) => tf.maxPool(map, kernel, stride, 'valid'), x, dy, { read, held: dy ? [x, dy] : [x] });
}

function crossEntropy({ direction, attributes: { classes } }: Case, inputs: Inputs): Instance {
  const x = upload(inputs.x!, [inputs.labels!.length, classes]);
  const labels = tf.oneHot(tf.tensor1d(inputs.labels!, 'int32'), classes, 1, 0, 'float32');
  const f = (logits: Tensor): Tensor => tf.losses.softmaxCrossEntropy(labels, logits);
  if (direction === 'fwd') return instance(() => ({ loss: f(x) }), { held: [x, labels] });
  const gradient = tf.valueAndGrad(f);
  const compute = () => {
    const { value, grad } = gradient(x);
    return { loss: value, dx: grad };
  };
  return instance(compute, { held: [x, labels] });
}

/** One level by one strided pooling where its bins allow that, else columns first and then each row of bins. */
function level(x: Maps, n: number): Tensor {
  const [images, h, w, c] = x.shape;
  if (n === 1) return tf.max(x, [1, 2], true);
  const [rows, columns] = [axisBins(h, n), axisBins(w, n)];
  if (rows.regular && columns.regular)
    return tf.maxPool(x, [rows.kernel, columns.kernel], [rows.stride, columns.stride], 'valid');
  const narrow = columns.regular
    ? tf.maxPool(x, [1, columns.kernel], [1, columns.stride], 'valid')
    : tf.stack(
        columns.starts.map((start, i) =>
          tf.max(tf.slice(x, [0, 0, start, 0], [images, h, columns.ends[i]! - start, c]), 2),
        ),
        2,
      );
  return tf.stack(
    rows.starts.map((start, i) => tf.max(tf.slice(narrow, [0, start, 0, 0], [images, rows.ends[i]! - start, n, c]), 1)),
    1,
  );
}

/** Levels 1, 2, 3 from level 6 (see pyramid.ts), all as columns of one matrix. */
function nestedColumns(six: Maps): Tensor {
  const three = tf.maxPool(six, 2, 2, 'valid');
  const two = tf.maxPool(six, 3, 3, 'valid');
  const one = tf.maxPool(two, 2, 2, 'valid'); // tf.max would give the whole gradient to each of equal values
  return tf.concat(
    [one, two, three, six].map((map) => tf.reshape(map, [six.shape[0], -1])),
    1,
  );
}

/** A way to make the columns of a pyramid of a map. */
type Pyramid = (x: Maps) => Tensor;
type PyramidMaker = (attributes: { readonly levels: readonly number[] }) => Pyramid;

const PYRAMIDS: { readonly nested: PyramidMaker; readonly levels: PyramidMaker } = {
  nested: () => (x) => nestedColumns(level(x, 6) as Maps),
  levels:
    ({ levels }) =>
    (x) =>
      tf.concat(
        levels.map((n) => tf.reshape(level(x, n), [x.shape[0], -1])),
        1,
      ),
};

/** Level 6 of every window from a sparse table of maxima, then the nested levels. One image only. */
function windowsBySparseTable(
  { c, h, w, windows }: Case['attributes'],
  inputs: Inputs,
): { f: Pyramid; held: readonly Tensor[] } {
  const { tables, indices, mostK, mostL } = sparseTable(inputs.windows!, h, w, 6);
  const held = indices.map((values) => tf.tensor1d(values, 'int32'));
  /** Maxima over twice the reach along an axis. The gradient keeps `begin`, so each slice needs its own. */
  const half = (map: Tensor, axis: number, reach: number): Tensor => {
    const size = map.shape.with(axis, map.shape[axis]! - reach);
    return tf.maximum(tf.slice(map, [0, 0, 0], size), tf.slice(map, [0, 0, 0].with(axis, reach), size));
  };
  const f = (x: Maps): Tensor => {
    const all: Tensor[] = [];
    let tall: Tensor = tf.reshape(x, [h, w, c]);
    for (let k = 0; k <= mostK; k++) {
      let map = tall;
      for (let l = 0; l <= mostL; l++) {
        all.push(map);
        if (l < mostL) map = half(map, 1, 2 ** l);
      }
      if (k < mostK) tall = half(tall, 0, 2 ** k);
    }
    const matrix = tf.concat(
      all.map((map, i) => tf.reshape(map, [tables[i]!.rows * tables[i]!.columns, c])),
      0,
    );
    const corners = held.map((index) => tf.gather(matrix, index)) as [Tensor, Tensor, Tensor, Tensor];
    const six = tf.maximum(tf.maximum(corners[0], corners[1]), tf.maximum(corners[2], corners[3]));
    return nestedColumns(tf.reshape(six, [windows, 6, 6, c]) as Maps);
  };
  return { f, held };
}

type PyramidWay = (
  attributes: Case['attributes'],
  inputs: Inputs,
) => { readonly f: Pyramid; readonly held: readonly Tensor[] } | null;

function spp(makePyramid: PyramidWay) {
  return ({ direction, attributes }: Case, inputs: Inputs): Instance | null => {
    const { n, c, h, w, levels, windows, bins } = attributes;
    const pyramid = makePyramid(attributes, inputs);
    if (!pyramid) return null;
    const { f, held } = pyramid;
    const layout = { rows: windows || n, c, levels };
    const x = maps(channelsLast(inputs.x!, [n, c, h, w]), [n, h, w, c]);
    const dy = direction === 'fwd' ? null : upload(reorderColumns(inputs.dy!, layout), [layout.rows, c * bins]);
    const read: InstanceOptions['read'] = {
      y: (values) => reorderColumns(values, layout, true),
      dx: (values) => channelsFirst(values, [n, c, h, w]),
    };
    return ofMap(f, x, dy, { read, held: [x, ...held, ...(dy ? [dy] : [])] });
  };
}

const wholeMap =
  (name: keyof typeof PYRAMIDS): PyramidWay =>
  (attributes) =>
    attributes.windows ? null : { f: PYRAMIDS[name](attributes as { levels: number[] }), held: [] };
const windowed: PyramidWay = (attributes, inputs) =>
  attributes.windows ? windowsBySparseTable(attributes, inputs) : null;

/** A parameter in the backend's own layout, and back. */
interface Stored {
  readonly name: string;
  make(): Tensor;
  canonical(values: Values): ArrayLike<number>;
}

/** Parameters of a layer in channels-last layout: HWIO filters, dense weights [in, out] behind what lies before them. */
function parametersOf(layer: NetRecord, before: NetRecord | undefined, inputs: Inputs): Stored[] {
  const { name, input, output } = layer;
  const [features] = output as [number];
  const stored = inputs[`${name}.weight`]!;
  const bias: Stored = {
    name: `${name}.bias`,
    make: () => tf.tensor1d(inputs[`${name}.bias`]!),
    canonical: (values) => values,
  };
  if (layer.type === 'conv') {
    const { kernel } = layer;
    const shape = [features, input[0]!, kernel, kernel] as const;
    const make = () => maps(hwio(stored, shape), [kernel, kernel, input[0]!, features]);
    return [{ name: `${name}.weight`, make, canonical: (values) => oihw(values, shape) }, bias];
  }
  if (layer.type !== 'fc') return [];
  const inner = stored.length / features;
  const pyramid = before?.type === 'spp' ? { rows: features, c: before.input[0]!, levels: before.levels } : null;
  const map = !pyramid && input.length === 3 ? ([features, input[0]!, input[1]!, input[2]!] as const) : null;
  const columns = (): Values => {
    if (pyramid) return reorderColumns(stored, pyramid);
    return map ? channelsLast(stored, map) : stored;
  };
  const canonical = (values: Values): ArrayLike<number> => {
    const rows = transposed(values, [inner, features]);
    if (pyramid) return reorderColumns(rows, pyramid, true);
    return map ? channelsFirst(rows, map) : rows;
  };
  const make = () => tf.transpose(tf.tensor(columns(), [features, inner]));
  return [{ name: `${name}.weight`, make, canonical }, bias];
}

type Layer<Type extends NetRecord['type']> = Extract<NetRecord, { type: Type }>;
const activation = ({ relu }: { readonly relu: boolean }): 'relu' | 'linear' => (relu ? 'relu' : 'linear');

/** One layer of each kind of `nets.ts`, ReLU fused. */
const LAYERS: {
  readonly [Type in NetRecord['type']]: (
    layer: Layer<Type>,
    x: Maps,
    weights: readonly Tensor[],
    pyramid: PyramidMaker | null,
  ) => Tensor;
} = {
  conv: (layer, x, [filter, bias]) =>
    tf.fused.conv2d({
      ...{ x, filter: filter as Maps, bias: bias!, activation: activation(layer) },
      ...{ strides: layer.stride, pad: layer.padding, dimRoundingMode: 'floor' },
    }),
  // 'same' pads an even side by one at its end, which is ceil mode; with a numeric pad and 'ceil' the gradient is wrong.
  maxpool: ({ kernel, stride, ceilMode }, x) => tf.maxPool(x, kernel, stride, ceilMode ? 'same' : 'valid'),
  spp: (layer: PyramidRecord, x, _, pyramid) => pyramid!(layer)(x),
  fc: (layer, x, [weight, bias]) =>
    tf.fused.matMul({
      ...{ a: tf.reshape(x, [x.shape[0], -1]), b: weight!, bias: bias!, activation: activation(layer) },
    }),
};

/** `pyramid`: the way to pool one, for nets that have it; `null` is the one way of nets without. */
const cnn =
  (pyramid: PyramidMaker | null) =>
  (benchCase: Case, inputs: Inputs): Instance | null => {
    const { direction, attributes, inputs: specs } = benchCase;
    const { batch, classes, learningRate, momentum } = attributes;
    const layers = attributes.layers as NetRecord[];
    if (layers.some(({ type }) => type === 'spp') !== (pyramid !== null)) return null;
    const [, channels, height, width] = specs.x!.shape as [number, number, number, number];
    const x = maps(channelsLast(inputs.x!, [batch, channels, height, width]), [batch, height, width, channels]);
    const labels = tf.oneHot(tf.tensor1d(inputs.labels!, 'int32'), classes, 1, 0, 'float32');
    const stored = layers.map((layer, i) => parametersOf(layer, layers[i - 1], inputs));
    const variables = stored.map((of) => of.map(({ make }) => tf.variable(tf.tidy(make))));
    const list = variables.flat();
    const forward = (): Tensor =>
      layers.reduce<Tensor>(
        (map, layer, i) => LAYERS[layer.type](layer as never, map as Maps, variables[i]!, pyramid),
        x,
      );
    const held = [x, labels, ...list];
    if (direction === 'infer') return instance(() => ({ logits: forward() }), { held });

    let optimizer = tf.train.momentum(learningRate, momentum);
    const loss = (): Tfjs.Scalar => tf.losses.softmaxCrossEntropy(labels, forward());
    const train = () => ({ loss: optimizer.minimize(loss, true, list)! });
    async function outputs() {
      tf.tidy(() => {
        for (const [i, of] of variables.entries())
          for (const [k, variable] of of.entries()) variable.assign(stored[i]![k]!.make());
      });
      optimizer.dispose();
      optimizer = tf.train.momentum(learningRate, momentum);
      const losses: number[] = [];
      for (let step = 0; step < 2; step++) {
        const result = train();
        losses.push((await result.loss.data())[0]!);
        tf.dispose(result);
      }
      const trained: Record<string, ArrayLike<number>> = {};
      for (const [i, of] of variables.entries())
        for (const [k, variable] of of.entries()) {
          const { name, canonical } = stored[i]![k]!;
          trained[name] = canonical((await variable.data()) as Values);
        }
      return { losses, ...trained };
    }
    return instance(train, { held, outputs });
  };

export const kinds: Runner['kinds'] = {
  matmul: { matMul: matmul },
  adds: { add: adds },
  conv: { conv2d: conv },
  maxpool: { maxPool: maxpool },
  crossEntropy: { softmaxCrossEntropy: crossEntropy },
  spp: {
    nested: spp(wholeMap('nested')),
    levels: spp(wholeMap('levels')),
    sparseTable: spp(windowed),
  },
  cnn: { cnn: cnn(null), nested: cnn(PYRAMIDS.nested), levels: cnn(PYRAMIDS.levels) },
};
