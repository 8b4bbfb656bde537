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

/** Parameters of a layer in channels-last layout: HWIO filters, dense weights [in, out] behind what lies before them. */
function parametersOf({ type, name, input, output, kernel }, before, inputs) {
  const bias = () => tf.tensor1d(inputs[`${name}.bias`]);
  const stored = inputs[`${name}.weight`];
  if (type === 'conv') {
    const weight = () =>
      tf.tensor(hwio(stored, [output[0], input[0], kernel, kernel]), [kernel, kernel, input[0], output[0]]);
    return { weight, bias };
  }
  if (type !== 'fc') return {};
  const columns = () => {
    if (before.type === 'spp')
      return reorderColumns(stored, { rows: output[0], c: before.input[0], levels: before.levels });
    return input.length === 3 ? channelsLast(stored, [output[0], ...input]) : stored;
  };
  const features = stored.length / output[0];
  return { weight: () => tf.transpose(tf.tensor(columns(), [output[0], features])), bias };
}

/** One layer of `nets.mjs`, ReLU fused. */
function apply(layer, x, { weight, bias }, pyramid) {
  const activation = layer.relu ? 'relu' : 'linear';
  switch (layer.type) {
    case 'conv': {
      const options = { strides: layer.stride, pad: layer.padding, dimRoundingMode: 'floor', activation };
      return tf.fused.conv2d({ x, filter: weight, bias, ...options });
    }
    case 'maxpool':
      // 'same' pads an even side by one at its end, which is ceil mode; with a numeric pad and 'ceil' the gradient is wrong.
      return tf.maxPool(x, layer.kernel, layer.stride, layer.ceilMode ? 'same' : 'valid');
    case 'spp':
      return pyramid(layer)(x);
    case 'fc':
      return tf.fused.matMul({ a: tf.reshape(x, [x.shape[0], -1]), b: weight, bias, activation });
  }
}

/** `pyramid`: the way to pool one, for nets that have it; `null` is the one way of nets without. */
const cnn = (pyramid) => (benchCase, inputs) => {
  const { direction, attributes, inputs: specs } = benchCase;
  const { batch, classes, learningRate, momentum, layers } = attributes;
  if (layers.some(({ type }) => type === 'spp') !== (pyramid !== null)) return null;
  const [, ...image] = specs.x.shape;
  const x = upload(channelsLast(inputs.x, specs.x.shape), [batch, ...image.slice(1), image[0]]);
  const labels = tf.oneHot(tf.tensor1d(inputs.labels, 'int32'), classes, 1, 0, 'float32');
  const initial = layers.map((layer, i) => parametersOf(layer, layers[i - 1], inputs));
  const variables = initial.map((of) =>
    Object.fromEntries(Object.entries(of).map(([name, make]) => [name, tf.variable(tf.tidy(make))])),
  );
  const list = variables.flatMap((of) => Object.values(of));
  const forward = () => layers.reduce((map, layer, i) => apply(layer, map, variables[i], pyramid), x);
  const held = [x, labels, ...list];
  if (direction === 'infer') return instance(() => ({ logits: forward() }), { held });

  let optimizer = tf.train.momentum(learningRate, momentum);
  const loss = () => tf.losses.softmaxCrossEntropy(labels, forward());
  const train = () => ({ loss: optimizer.minimize(loss, true, list) });
  async function outputs() {
    tf.tidy(() => {
      for (const [i, of] of variables.entries())
        for (const [name, variable] of Object.entries(of)) variable.assign(initial[i][name]());
    });
    optimizer.dispose();
    optimizer = tf.train.momentum(learningRate, momentum);
    const losses = [];
    for (let step = 0; step < 2; step++) {
      const result = train();
      losses.push((await result.loss.data())[0]);
      tf.dispose(result);
    }
    return { losses, 'conv1.weight': oihw(await variables[0].weight.data(), specs['conv1.weight'].shape) };
  }
  return instance(train, { held, outputs });
};

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
  cnn: { cnn: cnn(null), nested: cnn(PYRAMIDS.nested), levels: cnn(PYRAMIDS.levels) },
};
