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
 * They are records of `src/models/layers/`, whose rows give shapes and parameters; every record also has `name`, `input` and
 * `output`: `[c, h, w]` of a map or `[features]`. A fully connected layer takes a map in the order channel, row, column, and
 * a pyramid level by level, in each channel, row, column. Every pool follows a ReLU, so that its inputs are never negative.
 */

import {
  activationOf,
  type ConvLayer,
  conv,
  type FullyConnectedLayer,
  fc,
  kindOf,
  type LayerRecord,
  type MaxPoolLayer,
  maxPool,
  type PyramidLayer,
  relu,
} from '../models/layers/index.js';
import { buildArchitecture } from '../models/registry.js';

interface Shapes {
  /** [c, h, w] of a map, or [features]. */
  input: number[];
  output: number[];
}

/** With a ReLU behind it or not. */
interface Activated {
  relu: boolean;
}

export type ConvRecord = ConvLayer & Shapes & Activated;
export type MaxPoolRecord = MaxPoolLayer & Shapes;
export type PyramidRecord = PyramidLayer & Shapes;
export type FullyConnectedRecord = FullyConnectedLayer & Shapes & Activated;
export type NetRecord = ConvRecord | MaxPoolRecord | PyramidRecord | FullyConnectedRecord;

export interface Net {
  /** [channels, height, width] */
  image: [number, number, number];
  layers: NetRecord[];
}

/** Layers of an architecture as records of a benchmark: shapes filled in from the image on, a ReLU part of the layer before it. */
function network(image: [number, number, number], layers: readonly LayerRecord[]): Net {
  let input: number[] = image;
  const records = layers.flatMap((layer, i) => {
    if (activationOf(layer)) return [];
    const { output: shapeOf, fusesActivation } = kindOf(layer);
    const output = [...shapeOf(layer, input as [number], layer.name)];
    const activated = fusesActivation ? { relu: activationOf(layers[i + 1]) === 'relu' } : {};
    const record = { ...layer, ...activated, input, output } as NetRecord;
    input = output;
    return [record];
  });
  return { image, layers: records };
}

/** The benchmark fills the weights itself. */
const fill = { weights: 'he', bias: 0 } as const;

/** conv 32 5x5 - pool 2 - conv 64 3x3 - pool 2 - fc 128 - fc 10, for 32x32 pictures. */
export const SMALL = network(
  [3, 32, 32],
  [
    conv('conv1', 32, { kernel: 5, padding: 2, fill }),
    relu('relu1'),
    maxPool('pool1', { kernel: 2, stride: 2 }),
    conv('conv2', 64, { kernel: 3, padding: 1, fill }),
    relu('relu2'),
    maxPool('pool2', { kernel: 2, stride: 2 }),
    fc('fc1', 64 * 8 * 8, 128, fill),
    relu('relu3'),
    fc('fc2', 128, 10, fill),
  ],
);

const ZF5 = buildArchitecture('zf5', { width: 1 / 8, classes: 20, normalisation: 'none', dropout: 0 });

/**
 * ZF-5 with the pyramid, an eighth as wide, for 224x224 pictures of 20 classes.
 *
 * Without its two normalisations: they are within a channel, which neither peer offers (tfjs has the one across channels,
 * jax-js none), so that a comparison would be of a fused kernel with somebody's composition; narrow nets are
 * trained without them here anyway. Without dropout, because its random numbers differ between libraries.
 */
export const ZF5_NARROW = network(
  [3, 224, 224],
  [...ZF5.features, ...ZF5.classifier].filter(({ type }) => type !== 'dropout'),
);

const product = (shape: readonly number[]): number => shape.reduce((total, n) => total * n, 1);
const specsOf = (layer: NetRecord) => kindOf<LayerRecord>(layer).parameters?.(layer, layer.input as [number]) ?? [];

/** Shapes by name, in the order of the layers: weights OIHW or [out, in]. */
export function parametersOf({ layers }: Net): Record<string, number[]> {
  return Object.fromEntries(
    layers.flatMap((layer) => specsOf(layer).map(({ name, shape }) => [`${layer.name}.${name}`, [...shape]])),
  );
}

/** Multiply-adds of one image in each layer that has weights, in order; padding counts as work. */
export function multiplyAddsOf({ layers }: Net): number[] {
  return layers.flatMap((layer) => {
    const positions = product(layer.output.slice(1));
    return specsOf(layer)
      .filter(({ kind }) => kind === 'weight')
      .map(({ shape }) => product(shape) * positions);
  });
}
