/** The small network in float64: inference, and two steps of SGD with momentum (v = m v + g; p -= lr v). */
import { softmaxCrossEntropy } from './loss.mjs';
import { expectation, positions, rootMeanSquare, whole } from './sample.mjs';

const LAYERS = [
  { name: 'conv1', c: 3, size: 32, o: 32, kernel: 5, padding: 2 },
  { name: 'conv2', c: 32, size: 16, o: 64, kernel: 3, padding: 1 },
];

/** Walks every (output row, input row, weight) triple of a stride-1 convolution; `visit` does the inner loop. */
function walkConv({ c, size, o, kernel, padding }, n, visit) {
  const plane = size * size;
  for (let image = 0; image < n; image++)
    for (let oc = 0; oc < o; oc++)
      for (let ic = 0; ic < c; ic++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const shift = kx - padding;
            const x0 = Math.max(0, -shift);
            const x1 = Math.min(size, size - shift);
            const weight = ((oc * c + ic) * kernel + ky) * kernel + kx;
            for (let y = Math.max(0, padding - ky); y < Math.min(size, size + padding - ky); y++) {
              const input = (image * c + ic) * plane + (y + ky - padding) * size + shift;
              visit((image * o + oc) * plane + y * size, input, weight, x0, x1);
            }
          }
}

/** relu, then 2x2 max pooling; `winner` is the input position that each output came from. */
function reluPool(x, planes, size) {
  const half = size / 2;
  const y = new Float64Array(planes * half * half);
  const winner = new Int32Array(y.length);
  for (let plane = 0, out = 0; plane < planes; plane++)
    for (let i = 0; i < half; i++)
      for (let j = 0; j < half; j++, out++) {
        const corner = plane * size * size + 2 * i * size + 2 * j;
        let best = corner;
        for (const at of [corner + 1, corner + size, corner + size + 1]) if (x[at] > x[best]) best = at;
        y[out] = Math.max(0, x[best]);
        winner[out] = best;
      }
  return { y, winner };
}

function linear(x, weight, bias, n) {
  const outputs = bias.length;
  const k = weight.length / outputs;
  const y = new Float64Array(n * outputs);
  for (let row = 0; row < n; row++)
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o];
      for (let i = 0; i < k; i++) sum += x[row * k + i] * weight[o * k + i];
      y[row * outputs + o] = sum;
    }
  return y;
}

function linearBackward(x, weight, dy, n) {
  const outputs = dy.length / n;
  const k = weight.length / outputs;
  const [dx, dw, db] = [new Float64Array(x.length), new Float64Array(weight.length), new Float64Array(outputs)];
  for (let row = 0; row < n; row++)
    for (let o = 0; o < outputs; o++) {
      const g = dy[row * outputs + o];
      db[o] += g;
      for (let i = 0; i < k; i++) {
        dx[row * k + i] += g * weight[o * k + i];
        dw[o * k + i] += g * x[row * k + i];
      }
    }
  return { dx, dw, db };
}

function forward(parameters, x, n) {
  const cache = { inputs: [], winners: [] };
  let activation = x;
  for (const layer of LAYERS) {
    const weight = parameters[`${layer.name}.weight`];
    const bias = parameters[`${layer.name}.bias`];
    const input = activation;
    const plane = layer.size * layer.size;
    const y = Float64Array.from({ length: n * layer.o * plane }, (_, i) => bias[Math.floor(i / plane) % layer.o]);
    walkConv(layer, n, (out, at, k, x0, x1) => {
      for (let i = x0; i < x1; i++) y[out + i] += weight[k] * input[at + i];
    });
    const pooled = reluPool(y, n * layer.o, layer.size);
    cache.inputs.push(input);
    cache.winners.push(pooled.winner);
    activation = pooled.y;
    cache[layer.name] = activation;
  }
  cache.hidden = linear(activation, parameters['fc1.weight'], parameters['fc1.bias'], n).map((v) => Math.max(0, v));
  cache.logits = linear(cache.hidden, parameters['fc2.weight'], parameters['fc2.bias'], n);
  return cache;
}

function backward(parameters, cache, dlogits, n) {
  const gradients = {};
  const second = linearBackward(cache.hidden, parameters['fc2.weight'], dlogits, n);
  const dhidden = second.dx.map((g, i) => (cache.hidden[i] > 0 ? g : 0));
  const first = linearBackward(cache.conv2, parameters['fc1.weight'], dhidden, n);
  Object.assign(gradients, { 'fc2.weight': second.dw, 'fc2.bias': second.db });
  Object.assign(gradients, { 'fc1.weight': first.dw, 'fc1.bias': first.db });
  let incoming = first.dx;
  for (let index = LAYERS.length - 1; index >= 0; index--) {
    const layer = LAYERS[index];
    const plane = layer.size * layer.size;
    const input = cache.inputs[index];
    const weight = parameters[`${layer.name}.weight`];
    const dy = new Float64Array(n * layer.o * plane);
    incoming.forEach((g, i) => {
      if (cache[layer.name][i] > 0) dy[cache.winners[index][i]] += g;
    });
    const [dw, db] = [new Float64Array(weight.length), new Float64Array(layer.o)];
    const dx = new Float64Array(index > 0 ? input.length : 0);
    dy.forEach((g, i) => {
      db[Math.floor(i / plane) % layer.o] += g;
    });
    walkConv(layer, n, (out, at, k, x0, x1) => {
      let sum = 0;
      for (let i = x0; i < x1; i++) sum += dy[out + i] * input[at + i];
      dw[k] += sum;
      if (index > 0) for (let i = x0; i < x1; i++) dx[at + i] += weight[k] * dy[out + i];
    });
    Object.assign(gradients, { [`${layer.name}.weight`]: dw, [`${layer.name}.bias`]: db });
    incoming = dx;
  }
  return gradients;
}

/** `logits` for inference; for training the `losses` of two steps and `conv1.weight` after them. */
export function cnn({ direction, attributes }, inputs) {
  const { batch, classes, learningRate, momentum, parameters: names } = attributes;
  const parameters = Object.fromEntries(names.map((name) => [name, Float64Array.from(inputs[name])]));
  if (direction === 'infer') return { logits: whole(forward(parameters, inputs.x, batch).logits) };

  const velocities = Object.fromEntries(names.map((name) => [name, new Float64Array(inputs[name].length)]));
  const losses = [];
  for (let step = 0; step < 2; step++) {
    const cache = forward(parameters, inputs.x, batch);
    const { loss, gradient } = softmaxCrossEntropy(cache.logits, inputs.labels, batch, classes);
    const gradients = backward(parameters, cache, gradient, batch);
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
