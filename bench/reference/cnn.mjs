/** The networks of `nets.mjs` in float64: inference, and two steps of SGD with momentum (v = m v + g; p -= lr v). */
import { softmaxCrossEntropy } from './loss.mjs';
import { accumulate, innerProducts } from './matrix.mjs';
import { argmax } from './pool.mjs';
import { expectation, positions, rootMeanSquare, whole } from './sample.mjs';

/**
 * Calls `visit(entry, pixel)` for every weight (channel, ky, kx) and place of the output that meet inside the picture: the
 * entry of the matrix of patches [c k k, oh ow], and the position in the image [c, h, w].
 */
function patches({ kernel, stride, padding, input: [c, h, w], output: [, oh, ow] }, visit) {
  for (let channel = 0, row = 0; channel < c; channel++)
    for (let ky = 0; ky < kernel; ky++)
      for (let kx = 0; kx < kernel; kx++, row++)
        for (let oy = 0; oy < oh; oy++) {
          const y = oy * stride + ky - padding;
          if (y < 0 || y >= h) continue;
          for (let ox = 0; ox < ow; ox++) {
            const x = ox * stride + kx - padding;
            if (x >= 0 && x < w) visit((row * oh + oy) * ow + ox, (channel * h + y) * w + x);
          }
        }
}

const sizesOf = ({ kernel, input: [c, h, w], output: [o, oh, ow] }) => ({
  image: c * h * w,
  count: c * kernel * kernel,
  length: oh * ow,
  o,
});

function patchMatrix(layer, x, image) {
  const { count, length, image: pixels } = sizesOf(layer);
  const rows = new Float64Array(count * length);
  const first = image * pixels;
  patches(layer, (entry, pixel) => {
    rows[entry] = x[first + pixel];
  });
  return { rows, count, length };
}

const conv = {
  forward(layer, x, { weight, bias }, n) {
    const { o, count, length } = sizesOf(layer);
    const y = Float64Array.from({ length: n * o * length }, (_, i) => bias[Math.floor(i / length) % o]);
    for (let image = 0; image < n; image++) {
      const matrix = patchMatrix(layer, x, image);
      for (let oc = 0; oc < o; oc++)
        accumulate(y, (image * o + oc) * length, matrix, { factors: weight, first: oc * count });
    }
    return { y };
  },
  backward(layer, { x }, dy, { weight }, n, wantsInput) {
    const { o, count, length, image: pixels } = sizesOf(layer);
    const [dw, db] = [new Float64Array(weight.length), new Float64Array(o)];
    const dx = wantsInput ? new Float64Array(x.length) : null;
    dy.forEach((g, i) => {
      db[Math.floor(i / length) % o] += g;
    });
    for (let image = 0; image < n; image++) {
      const matrix = patchMatrix(layer, x, image);
      for (let oc = 0; oc < o; oc++)
        innerProducts(dw, oc * count, matrix, { vector: dy, first: (image * o + oc) * length });
      if (!dx) continue;
      const rows = dy.subarray(image * o * length, (image + 1) * o * length);
      const dpatches = new Float64Array(count * length);
      for (let k = 0; k < count; k++)
        accumulate(dpatches, k * length, { rows, count: o, length }, { factors: weight, first: k, step: count });
      patches(layer, (entry, pixel) => {
        dx[image * pixels + pixel] += dpatches[entry];
      });
    }
    return { dx, dw, db };
  },
};

const fc = {
  forward({ output: [outputs] }, x, { weight, bias }, n) {
    const matrix = { rows: weight, count: outputs, length: weight.length / outputs };
    const y = Float64Array.from({ length: n * outputs }, (_, i) => bias[i % outputs]);
    for (let row = 0; row < n; row++)
      innerProducts(y, row * outputs, matrix, { vector: x, first: row * matrix.length });
    return { y };
  },
  backward({ output: [outputs] }, { x }, dy, { weight }, n) {
    const length = weight.length / outputs;
    const [dx, dw, db] = [new Float64Array(x.length), new Float64Array(weight.length), new Float64Array(outputs)];
    dy.forEach((g, i) => {
      db[i % outputs] += g;
    });
    for (let row = 0; row < n; row++)
      accumulate(dx, row * length, { rows: weight, count: outputs, length }, { factors: dy, first: row * outputs });
    for (let o = 0; o < outputs; o++)
      accumulate(dw, o * length, { rows: x, count: n, length }, { factors: dy, first: o, step: outputs });
    return { dx, dw, db };
  },
};

/** The gradient of a maximum goes to its winner. */
function toWinners(_layer, { x, winners }, dy) {
  const dx = new Float64Array(x.length);
  dy.forEach((g, i) => {
    dx[winners[i]] += g;
  });
  return { dx };
}

const maxpool = {
  forward({ kernel, stride, input: [c, h, w], output: [, oh, ow] }, x, _parameters, n) {
    const winners = new Int32Array(n * c * oh * ow);
    for (let plane = 0, out = 0; plane < n * c; plane++)
      for (let oy = 0; oy < oh; oy++)
        for (let ox = 0; ox < ow; ox++, out++) {
          const [top, left] = [oy * stride, ox * stride];
          const [bottom, right] = [Math.min(h, top + kernel), Math.min(w, left + kernel)];
          winners[out] = argmax(x, plane * h * w, w, top, left, bottom, right);
        }
    return { y: Float64Array.from(winners, (at) => x[at]), winners };
  },
  backward: toWinners,
};

const spp = {
  forward({ levels, input: [c, h, w], output: [features] }, x, _parameters, n) {
    const winners = new Int32Array(n * features);
    let out = 0;
    for (let image = 0; image < n; image++)
      for (const level of levels)
        for (let channel = 0; channel < c; channel++)
          for (let i = 0; i < level; i++)
            for (let j = 0; j < level; j++) {
              const [top, left] = [Math.floor((i * h) / level), Math.floor((j * w) / level)];
              const [bottom, right] = [Math.ceil(((i + 1) * h) / level), Math.ceil(((j + 1) * w) / level)];
              winners[out++] = argmax(x, (image * c + channel) * h * w, w, top, left, bottom, right);
            }
    return { y: Float64Array.from(winners, (at) => x[at]), winners };
  },
  backward: toWinners,
};

const TYPES = { conv, fc, maxpool, spp };

const parametersOf = (parameters, { name }) => ({
  weight: parameters[`${name}.weight`],
  bias: parameters[`${name}.bias`],
});

/** What each layer took, gave and needs to remember; the last one's `y` are the logits. */
function forward(layers, parameters, images, n) {
  let x = images;
  return layers.map((layer) => {
    const { y, winners } = TYPES[layer.type].forward(layer, x, parametersOf(parameters, layer), n);
    if (layer.relu) for (let i = 0; i < y.length; i++) y[i] = Math.max(0, y[i]);
    const record = { x, y, winners };
    x = y;
    return record;
  });
}

function backward(layers, parameters, records, dlogits, n) {
  const gradients = {};
  let dy = dlogits;
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index];
    const { y } = records[index];
    if (layer.relu) dy = dy.map((g, i) => (y[i] > 0 ? g : 0));
    const own = parametersOf(parameters, layer);
    const { dx, dw, db } = TYPES[layer.type].backward(layer, records[index], dy, own, n, index > 0);
    if (dw) Object.assign(gradients, { [`${layer.name}.weight`]: dw, [`${layer.name}.bias`]: db });
    dy = dx;
  }
  return gradients;
}

/** `logits` for inference; for training the `losses` of two steps and `conv1.weight` after them. */
export function cnn({ direction, attributes }, inputs) {
  const { batch, classes, learningRate, momentum, parameters: names, layers } = attributes;
  const parameters = Object.fromEntries(names.map((name) => [name, Float64Array.from(inputs[name])]));
  const images = Float64Array.from(inputs.x);
  if (direction === 'infer') return { logits: whole(forward(layers, parameters, images, batch).at(-1).y) };

  const velocities = Object.fromEntries(names.map((name) => [name, new Float64Array(inputs[name].length)]));
  const losses = [];
  for (let step = 0; step < 2; step++) {
    const records = forward(layers, parameters, images, batch);
    const { loss, gradient } = softmaxCrossEntropy(records.at(-1).y, inputs.labels, batch, classes);
    const gradients = backward(layers, parameters, records, gradient, batch);
    losses.push(loss);
    for (const name of names)
      gradients[name].forEach((g, i) => {
        velocities[name][i] = momentum * velocities[name][i] + g;
        parameters[name][i] -= learningRate * velocities[name][i];
      });
  }
  const weight = parameters['conv1.weight'];
  const change = weight.map((value, i) => value - inputs['conv1.weight'][i]);
  const indices = positions(weight.length);
  const values = Float64Array.from(indices, (index) => weight[index]);
  return {
    losses: expectation(Uint32Array.of(0, 1), Float64Array.from(losses), 1e-3),
    // Judged by the size of the change, so that a wrong or missing update is seen.
    'conv1.weight': expectation(indices, values, 0.02 * rootMeanSquare(change)),
  };
}
