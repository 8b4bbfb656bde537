/**
 * jax-js 0.1.25 on WebGPU, used as its documentation teaches: every function under `jit`, gradients by `vjp` and
 * `valueAndGrad`, `.ref` where an argument is needed again (its operations consume their arguments).
 */
import { installWebGPU } from './dawn.mjs';
import { axisBins, sparseTable } from './pyramid.mjs';

export { problems } from './dawn.mjs';
export const library = 'jax-js 0.1.25';

let jax;
let np;

export async function setup(options) {
  const device = await installWebGPU(options);
  jax = await import('@jax-js/jax');
  np = jax.numpy;
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  return device;
}

const wait = () => jax.getWebGPUDevice().queue.onSubmittedWorkDone();

/**
 * Arrays are lazy: asking for the GPU buffer is what submits the kernels, and the library's only way to do it without
 * waiting for them. It also lets the array go.
 */
const submit = (arrays) => {
  for (const array of Object.values(arrays)) array.gpuBufferSync();
};

/**
 * @param compute () => arrays by output name
 * @param held arrays to let go at the end
 */
function instance(compute, { held = [], functions = [], read = {}, outputs } = {}) {
  return {
    step: () => submit(compute()),
    wait,
    async outputs() {
      if (outputs) return outputs();
      const canonical = {};
      for (const [name, result] of Object.entries(compute())) {
        const values = await result.data();
        canonical[name] = read[name] ? read[name](values) : values;
      }
      return canonical;
    },
    dispose() {
      for (const array of held) array.dispose();
      for (const compiled of functions) compiled.dispose();
    },
  };
}

const arraysOf = ({ inputs: specs }, inputs, names) =>
  names.map((name) => np.array(inputs[name], { shape: specs[name].shape }));
const refs = (arrays) => arrays.map((array) => array.ref);

/** Runs `f` of some inputs under jit; its result is a list of arrays, named by `names`. */
function compiled(f, args, names, options) {
  const run = jax.jit(f);
  const compute = () => {
    const results = run(...refs(args));
    return Object.fromEntries(names.map((name, i) => [name, results[i]]));
  };
  return instance(compute, { held: args, functions: [run], ...options });
}

/** y = f(...args), and with a `dy` behind the arguments also the gradients to the first `count` of them. */
const withGradients =
  (f, count) =>
  (...all) => {
    const dy = all.pop();
    const constants = all.splice(count);
    const [y, pullback] = jax.vjp((...args) => f(...args, ...refs(constants)), all);
    const gradients = pullback(dy);
    pullback.dispose();
    for (const constant of constants) constant.dispose();
    return [y, ...gradients];
  };

function matmul(benchCase, inputs) {
  return compiled((a, b) => [np.matmul(a, b)], arraysOf(benchCase, inputs, ['a', 'b']), ['y']);
}

function adds(benchCase, inputs) {
  const { count } = benchCase.attributes;
  const [x, b] = arraysOf(benchCase, inputs, ['x', 'b']);
  const chain = () => {
    let y = x.ref;
    for (let i = 0; i < count; i++) y = y.add(b.ref);
    return { y };
  };
  return instance(chain, { held: [x, b] });
}

const conv2d = (x, w, b, stride, padding) =>
  jax.lax.convGeneralDilated(x, w, [stride, stride], padding).add(b.reshape([-1, 1, 1]));
const same = (padding) => [
  [padding, padding],
  [padding, padding],
];
/** Found by trying: jax-js 0.1.25 sums the weight gradient of `zf5_narrow`'s conv1 wrongly over 60,500 output positions, right over 24,200. */
const MOST_POSITIONS = 2 ** 15;

/** The same convolution a few images at a time, so that jax-js gets the weight gradient right. */
function conv2dInChunks(x, w, b, stride, padding) {
  const [n, , h, width] = x.shape;
  const [kernel] = w.shape.slice(-1);
  const [oh, ow] = [h, width].map((side) => Math.floor((side + 2 * padding[0][0] - kernel) / stride) + 1);
  const images = Math.max(1, Math.floor(MOST_POSITIONS / (oh * ow)));
  if (n <= images) return conv2d(x, w, b, stride, padding);
  const parts = [];
  for (let first = 0; first < n; first += images)
    parts.push(conv2d(x.ref.slice([first, Math.min(n, first + images)]), w.ref, b.ref, stride, padding));
  for (const whole of [x, w, b]) whole.dispose();
  return np.concatenate(parts, 0);
}

function conv(benchCase, inputs) {
  const { stride, padding } = benchCase.attributes;
  const f = (x, w, b) => conv2d(x, w, b, stride, same(padding));
  if (benchCase.direction === 'fwd')
    return compiled((...args) => [f(...args)], arraysOf(benchCase, inputs, ['x', 'w', 'b']), ['y']);
  const args = arraysOf(benchCase, inputs, ['x', 'w', 'b', 'dy']);
  return compiled(withGradients(f, 3), args, ['y', 'dx', 'dw', 'db']);
}

/** Max over windows of the last two axes. */
const maxPool2d = (x, [kh, kw], [sh, sw]) => jax.lax.reduceWindow(x, np.max, [kh, kw], [sh, sw]);

function maxpool(benchCase, inputs) {
  const { kernel, stride } = benchCase.attributes;
  return ofMap((x) => maxPool2d(x, [kernel, kernel], [stride, stride]), benchCase, inputs);
}

/** Forward, or forward and the gradient to x from dy, of a function of one map and of constants. */
function ofMap(f, benchCase, inputs, constants = [], options = {}) {
  const [x] = arraysOf(benchCase, inputs, ['x']);
  if (benchCase.direction === 'fwd') return compiled((...args) => [f(...args)], [x, ...constants], ['y'], options);
  const [dy] = arraysOf(benchCase, inputs, ['dy']);
  return compiled(withGradients(f, 1), [x, ...constants, dy], ['y', 'dx'], options);
}

const meanCrossEntropy = (logits, oneHotLabels) => {
  const [n] = logits.shape;
  return jax.nn
    .logSoftmax(logits)
    .mul(oneHotLabels)
    .sum()
    .mul(-1 / n);
};

function crossEntropy(benchCase, inputs) {
  const { classes } = benchCase.attributes;
  const [x, labels] = arraysOf(benchCase, inputs, ['x', 'labels']);
  const args = [x, jax.nn.oneHot(labels, classes)];
  if (benchCase.direction === 'fwd') return compiled((...all) => [meanCrossEntropy(...all)], args, ['loss']);
  const gradient = jax.valueAndGrad(meanCrossEntropy);
  return compiled((...all) => gradient(...all), args, ['loss', 'dx']);
}

/** One level of [n, c, h, w]: strided pooling along each axis whose bins allow it, else bin by bin. */
function level(x, n) {
  const [, , h, w] = x.shape;
  const [rows, columns] = [axisBins(h, n), axisBins(w, n)];
  if (rows.regular && columns.regular)
    return maxPool2d(x, [rows.kernel, columns.kernel], [rows.stride, columns.stride]);
  const narrow = columns.regular
    ? maxPool2d(x, [1, columns.kernel], [1, columns.stride])
    : binByBin(x, columns, 3, (start, end) => [[], [], [], [start, end]]);
  return binByBin(narrow, rows, 2, (start, end) => [[], [], [start, end], []]);
}

function binByBin(x, { starts, ends }, axis, ranges) {
  const parts = starts.map((start, i) => np.max(x.ref.slice(...ranges(start, ends[i])), axis));
  x.dispose();
  return np.stack(parts, axis);
}

/** Levels 1, 2, 3 from level 6 (see pyramid.mjs), all as columns of one matrix. */
function nestedColumns(six) {
  const rows = six.shape[0];
  const three = maxPool2d(six.ref, [2, 2], [2, 2]);
  const two = maxPool2d(six.ref, [3, 3], [3, 3]);
  const one = maxPool2d(two.ref, [2, 2], [2, 2]);
  return np.concatenate(
    [one, two, three, six].map((map) => map.reshape([rows, -1])),
    1,
  );
}

const nested = (benchCase, inputs) =>
  benchCase.attributes.windows ? null : ofMap((x) => nestedColumns(level(x, 6)), benchCase, inputs);

/** Level 6 of every window from a sparse table of maxima, then the nested levels. One image only. */
function windowsBySparseTable(benchCase, inputs) {
  const { c, h, w, windows } = benchCase.attributes;
  if (!windows) return null;
  const { tables, indices, mostK, mostL } = sparseTable(inputs.windows, h, w, 6);
  const f = (x, ...corners) => {
    const maps = [];
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
      maps.map((map, i) => map.reshape([c, tables[i].rows * tables[i].columns])),
      1,
    );
    const taken = corners.map((index) => np.take(matrix.ref, index, 1));
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

/** One layer of `nets.mjs`; `convolve` is one of the two convolutions above. */
function apply(layer, x, [weight, bias], convolve) {
  const { type, kernel, stride, padding, input, output } = layer;
  const activate = (y) => (layer.relu ? jax.nn.relu(y) : y);
  switch (type) {
    case 'conv':
      return activate(convolve(x, weight, bias, stride, same(padding)));
    case 'maxpool': {
      // Ceil mode: zeros at the end never win, since a ReLU went before.
      const [bottom, right] = [1, 2].map((axis) => Math.max(0, (output[axis] - 1) * stride + kernel - input[axis]));
      const edges = [
        [0, 0],
        [0, 0],
        [0, bottom],
        [0, right],
      ];
      return maxPool2d(bottom || right ? np.pad(x, edges) : x, [kernel, kernel], [stride, stride]);
    }
    case 'spp':
      return nestedColumns(level(x, 6));
    case 'fc':
      return activate(np.matmul(x.reshape([x.shape[0], -1]), np.transpose(weight)).add(bias));
  }
}

const cnn = (convolve) => (benchCase, inputs) => {
  const { direction, attributes } = benchCase;
  const { classes, learningRate, momentum, parameters: names, layers } = attributes;
  const [x, labels] = arraysOf(benchCase, inputs, ['x', 'labels']);
  const targets = jax.nn.oneHot(labels, classes);
  const initial = () => arraysOf(benchCase, inputs, names);
  const forward = (weights, images) => {
    const rest = [...weights];
    return layers.reduce((map, layer) => {
      const own = layer.type === 'conv' || layer.type === 'fc' ? rest.splice(0, 2) : [];
      return apply(layer, map, own, convolve);
    }, images);
  };
  if (direction === 'infer') {
    const infer = (images, ...weights) => [forward(weights, images)];
    targets.dispose();
    return compiled(infer, [x, ...initial()], ['logits']);
  }

  const zeros = () => names.map((name) => np.zeros(benchCase.inputs[name].shape));
  const gradient = jax.valueAndGrad((weights, images, wanted) => meanCrossEntropy(forward(weights, images), wanted));
  const update = jax.jit((weights, velocities, images, wanted) => {
    const [loss, gradients] = gradient(jax.tree.ref(weights), images, wanted);
    const moved = velocities.map((v, i) => v.mul(momentum).add(gradients[i]));
    return [loss, weights.map((p, i) => p.sub(moved[i].ref.mul(learningRate))), moved];
  });
  let state = { weights: initial(), velocities: zeros() };
  const train = () => {
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
      const losses = [];
      for (let step = 0; step < 2; step++) losses.push((await train().data())[0]);
      return { losses, 'conv1.weight': await state.weights[0].ref.data() };
    },
    dispose() {
      drop();
      x.dispose();
      targets.dispose();
      update.dispose();
    },
  };
};

export const kinds = {
  matmul: { matmul },
  adds: { add: adds },
  conv: { convGeneralDilated: conv },
  maxpool: { reduceWindow: maxpool },
  crossEntropy: { logSoftmax: crossEntropy },
  spp: { nested, sparseTable: windowsBySparseTable },
  cnn: { cnn: cnn(conv2d), inChunks: cnn(conv2dInChunks) },
};
