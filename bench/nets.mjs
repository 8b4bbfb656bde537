/**
 * The networks of the `cnn` cases as data: every runner and the float64 reference build them from these records.
 *
 * | type      | fields                              | parameters                   |
 * |-----------|-------------------------------------|------------------------------|
 * | `conv`    | `kernel`, `stride`, `padding`, `relu` | `NAME.weight` OIHW, `NAME.bias` |
 * | `maxpool` | `kernel`, `stride`, `ceilMode`      |                              |
 * | `spp`     | `levels`                            |                              |
 * | `fc`      | `relu`                              | `NAME.weight` [out, in], `NAME.bias` |
 *
 * Every record also has `name`, `input` and `output`: `[c, h, w]` of a map or `[features]`. A fully connected layer takes a
 * map in the order channel, row, column, and a pyramid level by level, in each channel, row, column. Every pool follows a
 * ReLU, so that its inputs are never negative.
 */

const size = (shape) => shape.reduce((product, n) => product * n, 1);

const conv = (name, channels, { kernel, stride = 1, padding = 0 }) => ({
  type: 'conv',
  name,
  channels,
  kernel,
  stride,
  padding,
  relu: true,
});
const maxpool = (name, { kernel, stride = kernel, ceilMode = false }) => ({
  type: 'maxpool',
  name,
  kernel,
  stride,
  ceilMode,
});
const spp = (name, levels) => ({ type: 'spp', name, levels });
const fc = (name, features, { relu = true } = {}) => ({ type: 'fc', name, features, relu });

const OUTPUTS = {
  conv: ({ channels, kernel, stride, padding }, [, h, w]) => [
    channels,
    ...[h, w].map((side) => Math.floor((side + 2 * padding - kernel) / stride) + 1),
  ],
  maxpool: ({ kernel, stride, ceilMode }, [c, h, w]) => [
    c,
    ...[h, w].map((side) => Math[ceilMode ? 'ceil' : 'floor']((side - kernel) / stride) + 1),
  ],
  spp: ({ levels }, [c]) => [c * levels.reduce((bins, n) => bins + n * n, 0)],
  fc: ({ features }) => [features],
};

/** Fills in the shapes from the image on. */
function network(image, records) {
  let input = image;
  const layers = records.map(({ channels, features, ...record }) => {
    const output = OUTPUTS[record.type]({ channels, features, ...record }, input);
    const layer = { ...record, input, output };
    input = output;
    return layer;
  });
  return { image, layers };
}

/** conv 32 5x5 - pool 2 - conv 64 3x3 - pool 2 - fc 128 - fc 10, for 32x32 pictures. */
export const SMALL = network(
  [3, 32, 32],
  [
    conv('conv1', 32, { kernel: 5, padding: 2 }),
    maxpool('pool1', { kernel: 2 }),
    conv('conv2', 64, { kernel: 3, padding: 1 }),
    maxpool('pool2', { kernel: 2 }),
    fc('fc1', 128),
    fc('fc2', 10, { relu: false }),
  ],
);

/**
 * ZF-5 with the pyramid, an eighth as wide, for 224x224 pictures of 20 classes: `src/models/zf5.ts` with
 * `{width: 1/8, classes: 20, normalisation: 'none', dropout: 0}` (a test compares the two).
 *
 * Without its two normalisations: they are within a channel, which neither peer offers (tfjs has the one across channels,
 * jax-js none), so that a comparison would be of a fused kernel with somebody's composition; narrow nets are
 * trained without them here anyway. Without dropout, because its random numbers differ between libraries.
 */
export const ZF5_NARROW = network(
  [3, 224, 224],
  [
    conv('conv1', 16, { kernel: 7, stride: 2, padding: 1 }),
    maxpool('pool1', { kernel: 3, stride: 2, ceilMode: true }),
    conv('conv2', 32, { kernel: 5, stride: 2 }),
    maxpool('pool2', { kernel: 3, stride: 2, ceilMode: true }),
    conv('conv3', 48, { kernel: 3, padding: 1 }),
    conv('conv4', 48, { kernel: 3, padding: 1 }),
    conv('conv5', 32, { kernel: 3, padding: 1 }),
    spp('spp5', [1, 2, 3, 6]),
    fc('fc6', 512),
    fc('fc7', 512),
    fc('fc8', 20, { relu: false }),
  ],
);

/** Shapes by name, in the order of the layers: weights OIHW or [out, in]. */
export function parametersOf({ layers }) {
  const parameters = {};
  for (const { type, name, input, output, kernel } of layers) {
    if (type !== 'conv' && type !== 'fc') continue;
    parameters[`${name}.weight`] = type === 'conv' ? [output[0], input[0], kernel, kernel] : [output[0], size(input)];
    parameters[`${name}.bias`] = [output[0]];
  }
  return parameters;
}

/** Multiply-adds of one image in each layer that has weights, in order; padding counts as work. */
export function multiplyAddsOf({ layers }) {
  return layers
    .filter(({ type }) => type === 'conv' || type === 'fc')
    .map(
      ({ type, input, output, kernel }) => size(output) * (type === 'conv' ? input[0] * kernel * kernel : size(input)),
    );
}
