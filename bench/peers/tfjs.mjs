/**
 * TensorFlow.js 4.22 with its WebGPU backend, used as its documentation teaches: channels last (its native layout),
 * `tf.tidy`, fused ops, `tf.valueAndGrads`, its own momentum optimizer. Layout conversions happen outside the timer.
 */
import { installWebGPU } from './dawn.mjs';
import { channelsFirst, channelsLast, hwio, oihw, reorderColumns } from './layout.mjs';
import { axisBins, sparseTable } from './pyramid.mjs';

export { problems } from './dawn.mjs';
export const library = 'tfjs 4.22';

let tf;

export async function setup(options) {
  const device = await installWebGPU(options);
  // Imported only now: the backend registers itself if it finds navigator.gpu.
  tf = (await import('@tensorflow/tfjs')).default;
  await import('@tensorflow/tfjs-backend-webgpu');
  await tf.setBackend('webgpu');
  await tf.ready();
  return device;
}

/** The backend batches dispatches until something is read; this submits the rest and waits, reading nothing. */
async function wait() {
  const backend = tf.backend();
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
  await backend.queue.onSubmittedWorkDone();
}

/**
 * @param compute () => tensors by output name, run inside `tf.tidy`
 * @param read how an output's values become canonical: name -> (values) => values
 * @param held tensors to free at the end
 */
function instance(compute, { read = {}, held = [], outputs } = {}) {
  const once = () => tf.tidy(compute);
  return {
    step: () => tf.dispose(once()),
    wait,
    async outputs() {
      if (outputs) return outputs();
      const results = once();
      const canonical = {};
      for (const [name, result] of Object.entries(results)) {
        const values = await result.data();
        canonical[name] = read[name] ? read[name](values) : values;
      }
      tf.dispose(results);
      return canonical;
    },
    dispose: () => tf.dispose(held),
  };
}

/** Tensors live on the GPU only after their first use: touch them so that no upload falls into a timer. */
function upload(values, shape, dtype = 'float32') {
  return tf.tensor(values, shape, dtype);
}

function matmul({ attributes: { m, k, n } }, inputs) {
  const a = upload(inputs.a, [m, k]);
  const b = upload(inputs.b, [k, n]);
  return instance(() => ({ y: tf.matMul(a, b) }), { held: [a, b] });
}

function adds({ attributes: { count } }, inputs) {
  const x = tf.tensor1d(inputs.x);
  const b = tf.tensor1d(inputs.b);
  const chain = () => {
    let y = x;
    for (let i = 0; i < count; i++) y = tf.add(y, b);
    return { y };
  };
  return instance(chain, { held: [x, b] });
}

function conv({ direction, attributes }, inputs) {
  const { n, c, h, w, o, kernel, stride, padding, oh, ow } = attributes;
  const filterShape = [o, c, kernel, kernel];
  const x = upload(channelsLast(inputs.x, [n, c, h, w]), [n, h, w, c]);
  const filter = upload(hwio(inputs.w, filterShape), [kernel, kernel, c, o]);
  const bias = tf.tensor1d(inputs.b);
  const options = { strides: stride, pad: padding, dimRoundingMode: 'floor' };
  const f = (image, weight, offset) => tf.fused.conv2d({ x: image, filter: weight, bias: offset, ...options });
  const read = { y: (values) => channelsFirst(values, [n, o, oh, ow]) };
  if (direction === 'fwd') return instance(() => ({ y: f(x, filter, bias) }), { read, held: [x, filter, bias] });

  const dy = upload(channelsLast(inputs.dy, [n, o, oh, ow]), [n, oh, ow, o]);
  const gradients = tf.valueAndGrads(f);
  const compute = () => {
    const { value, grads } = gradients([x, filter, bias], dy);
    return { y: value, dx: grads[0], dw: grads[1], db: grads[2] };
  };
  read.dx = (values) => channelsFirst(values, [n, c, h, w]);
  read.dw = (values) => oihw(values, filterShape);
  return instance(compute, { read, held: [x, filter, bias, dy] });
}

/** Forward, or forward and the gradient to x from dy, of a function of one map. */
function ofMap(f, x, dy, options) {
  if (!dy) return instance(() => ({ y: f(x) }), options);
  const gradient = tf.valueAndGrad(f);
  const compute = () => {
    const { value, grad } = gradient(x, dy);
    return { y: value, dx: grad };
  };
  return instance(compute, options);
}

function maxpool({ direction, attributes: { n, c, h, w, kernel, stride, oh, ow } }, inputs) {
  const x = upload(channelsLast(inputs.x, [n, c, h, w]), [n, h, w, c]);
  const dy = direction === 'fwd' ? null : upload(channelsLast(inputs.dy, [n, c, oh, ow]), [n, oh, ow, c]);
  const read = {
    y: (values) => channelsFirst(values, [n, c, oh, ow]),
    dx: (values) => channelsFirst(values, [n, c, h, w]),
  };
  return ofMap((map) => tf.maxPool(map, kernel, stride, 'valid'), x, dy, { read, held: dy ? [x, dy] : [x] });
}

function crossEntropy({ direction, attributes: { classes } }, inputs) {
  const x = upload(inputs.x, [inputs.labels.length, classes]);
  const labels = tf.oneHot(tf.tensor1d(inputs.labels, 'int32'), classes, 1, 0, 'float32');
  const f = (logits) => tf.losses.softmaxCrossEntropy(labels, logits);
  if (direction === 'fwd') return instance(() => ({ loss: f(x) }), { held: [x, labels] });
  const gradient = tf.valueAndGrad(f);
  const compute = () => {
    const { value, grad } = gradient(x);
    return { loss: value, dx: grad };
  };
  return instance(compute, { held: [x, labels] });
}

/** One level by one strided pooling where its bins allow that, else columns first and then each row of bins. */
function level(x, n) {
  const [images, h, w, c] = x.shape;
  if (n === 1) return tf.max(x, [1, 2], true);
  const [rows, columns] = [axisBins(h, n), axisBins(w, n)];
  if (rows.regular && columns.regular)
    return tf.maxPool(x, [rows.kernel, columns.kernel], [rows.stride, columns.stride], 'valid');
  const narrow = columns.regular
    ? tf.maxPool(x, [1, columns.kernel], [1, columns.stride], 'valid')
    : tf.stack(
        columns.starts.map((start, i) =>
          tf.max(tf.slice(x, [0, 0, start, 0], [images, h, columns.ends[i] - start, c]), 2),
        ),
        2,
      );
  return tf.stack(
    rows.starts.map((start, i) => tf.max(tf.slice(narrow, [0, start, 0, 0], [images, rows.ends[i] - start, n, c]), 1)),
    1,
  );
}

/** Levels 1, 2, 3 from level 6 (see pyramid.mjs), all as columns of one matrix. */
function nestedColumns(six) {
  const three = tf.maxPool(six, 2, 2, 'valid');
  const two = tf.maxPool(six, 3, 3, 'valid');
  const one = tf.maxPool(two, 2, 2, 'valid'); // tf.max would give the whole gradient to each of equal values
  return tf.concat(
    [one, two, three, six].map((map) => tf.reshape(map, [six.shape[0], -1])),
    1,
  );
}

const PYRAMIDS = {
  nested: () => (x) => nestedColumns(level(x, 6)),
  levels:
    ({ levels }) =>
    (x) =>
      tf.concat(
        levels.map((n) => tf.reshape(level(x, n), [x.shape[0], -1])),
        1,
      ),
};

/** Level 6 of every window from a sparse table of maxima, then the nested levels. One image only. */
function windowsBySparseTable({ c, h, w, windows }, inputs) {
  const { tables, indices, mostK, mostL } = sparseTable(inputs.windows, h, w, 6);
  const held = indices.map((values) => tf.tensor1d(values, 'int32'));
  /** Maxima over twice the reach along an axis. The gradient keeps `begin`, so each slice needs its own. */
  const half = (map, axis, reach) => {
    const size = map.shape.with(axis, map.shape[axis] - reach);
    return tf.maximum(tf.slice(map, [0, 0, 0], size), tf.slice(map, [0, 0, 0].with(axis, reach), size));
  };
  const f = (x) => {
    const maps = [];
    let tall = tf.reshape(x, [h, w, c]);
    for (let k = 0; k <= mostK; k++) {
      let map = tall;
      for (let l = 0; l <= mostL; l++) {
        maps.push(map);
        if (l < mostL) map = half(map, 1, 2 ** l);
      }
      if (k < mostK) tall = half(tall, 0, 2 ** k);
    }
    const matrix = tf.concat(
      maps.map((map, i) => tf.reshape(map, [tables[i].rows * tables[i].columns, c])),
      0,
    );
    const corners = held.map((index) => tf.gather(matrix, index));
    const six = tf.maximum(tf.maximum(corners[0], corners[1]), tf.maximum(corners[2], corners[3]));
    return nestedColumns(tf.reshape(six, [windows, 6, 6, c]));
  };
  return { f, held };
}

function spp(makePyramid) {
  return ({ direction, attributes }, inputs) => {
    const { n, c, h, w, levels, windows } = attributes;
    const pyramid = makePyramid(attributes, inputs);
    if (!pyramid) return null;
    const { f, held = [] } = typeof pyramid === 'function' ? { f: pyramid } : pyramid;
    const layout = { rows: windows || n, c, levels };
    const x = upload(channelsLast(inputs.x, [n, c, h, w]), [n, h, w, c]);
    const dy =
      direction === 'fwd' ? null : upload(reorderColumns(inputs.dy, layout), [layout.rows, c * attributes.bins]);
    const read = {
      y: (values) => reorderColumns(values, layout, true),
      dx: (values) => channelsFirst(values, [n, c, h, w]),
    };
    return ofMap(f, x, dy, { read, held: [x, ...held, ...(dy ? [dy] : [])] });
  };
}

const wholeMap = (name) => (attributes) => (attributes.windows ? null : PYRAMIDS[name](attributes));
const windowed = (attributes, inputs) => (attributes.windows ? windowsBySparseTable(attributes, inputs) : null);

function cnn({ direction, attributes }, inputs) {
  const { batch, classes, learningRate, momentum } = attributes;
  const x = upload(channelsLast(inputs.x, [batch, 3, 32, 32]), [batch, 32, 32, 3]);
  const labels = tf.oneHot(tf.tensor1d(inputs.labels, 'int32'), classes, 1, 0, 'float32');
  // The first dense layer's columns follow the flattened map, which is channels last here.
  const initial = () => ({
    w1: tf.tensor(hwio(inputs['conv1.weight'], [32, 3, 5, 5]), [5, 5, 3, 32]),
    b1: tf.tensor1d(inputs['conv1.bias']),
    w2: tf.tensor(hwio(inputs['conv2.weight'], [64, 32, 3, 3]), [3, 3, 32, 64]),
    b2: tf.tensor1d(inputs['conv2.bias']),
    w3: tf.transpose(tf.tensor(channelsLast(inputs['fc1.weight'], [128, 64, 8, 8]), [128, 4096])),
    b3: tf.tensor1d(inputs['fc1.bias']),
    w4: tf.transpose(tf.tensor(inputs['fc2.weight'], [10, 128])),
    b4: tf.tensor1d(inputs['fc2.bias']),
  });
  const variables = Object.fromEntries(Object.entries(tf.tidy(initial)).map(([k, v]) => [k, tf.variable(v)]));
  const { w1, b1, w2, b2, w3, b3, w4, b4 } = variables;
  const forward = () => {
    const first = tf.fused.conv2d({ x, filter: w1, bias: b1, strides: 1, pad: 2, activation: 'relu' });
    const second = tf.fused.conv2d({
      x: tf.maxPool(first, 2, 2, 'valid'),
      filter: w2,
      bias: b2,
      strides: 1,
      pad: 1,
      activation: 'relu',
    });
    const flat = tf.reshape(tf.maxPool(second, 2, 2, 'valid'), [batch, 4096]);
    const hidden = tf.fused.matMul({ a: flat, b: w3, bias: b3, activation: 'relu' });
    return tf.fused.matMul({ a: hidden, b: w4, bias: b4 });
  };
  const held = [x, labels, ...Object.values(variables)];
  if (direction === 'infer') return instance(() => ({ logits: forward() }), { held });

  let optimizer = tf.train.momentum(learningRate, momentum);
  const list = Object.values(variables);
  const loss = () => tf.losses.softmaxCrossEntropy(labels, forward());
  const train = () => ({ loss: optimizer.minimize(loss, true, list) });
  async function outputs() {
    const fresh = tf.tidy(initial);
    for (const [name, variable] of Object.entries(variables)) variable.assign(fresh[name]);
    tf.dispose(fresh);
    optimizer.dispose();
    optimizer = tf.train.momentum(learningRate, momentum);
    const losses = [];
    for (let step = 0; step < 2; step++) {
      const result = train();
      losses.push((await result.loss.data())[0]);
      tf.dispose(result);
    }
    return { losses, 'conv1.weight': oihw(await w1.data(), [32, 3, 5, 5]) };
  }
  return instance(train, { held, outputs });
}

export const kinds = {
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
  cnn: { cnn },
};
