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

interface Shapes {
  name: string;
  /** [c, h, w] of a map, or [features]. */
  input: number[];
  output: number[];
}

export interface ConvRecord extends Shapes {
  type: 'conv';
  kernel: number;
  stride: number;
  padding: number;
  relu: boolean;
}

export interface MaxPoolRecord extends Shapes {
  type: 'maxpool';
  kernel: number;
  stride: number;
  ceilMode: boolean;
}

export interface PyramidRecord extends Shapes {
  type: 'spp';
  levels: number[];
}

export interface FullyConnectedRecord extends Shapes {
  type: 'fc';
  relu: boolean;
}

export type NetRecord = ConvRecord | MaxPoolRecord | PyramidRecord | FullyConnectedRecord;

export interface Net {
  /** [channels, height, width] */
  image: number[];
  layers: NetRecord[];
}

/** A layer before its shapes are known. */
type Plan =
  | (Omit<ConvRecord, keyof Shapes> & { readonly name: string; readonly channels: number })
  | (Omit<MaxPoolRecord, keyof Shapes> & { readonly name: string })
  | (Omit<PyramidRecord, keyof Shapes> & { readonly name: string })
  | (Omit<FullyConnectedRecord, keyof Shapes> & { readonly name: string; readonly features: number });

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

const conv = (
  name: string,
  channels: number,
  { kernel, stride = 1, padding = 0 }: { kernel: number; stride?: number; padding?: number },
): Plan => ({
  type: 'conv',
  name,
  channels,
  kernel,
  stride,
  padding,
  relu: true,
});
const maxpool = (
  name: string,
  { kernel, stride = kernel, ceilMode = false }: { kernel: number; stride?: number; ceilMode?: boolean },
): Plan => ({
  type: 'maxpool',
  name,
  kernel,
  stride,
  ceilMode,
});
const spp = (name: string, levels: number[]): Plan => ({ type: 'spp', name, levels });
const fc = (name: string, features: number, { relu = true } = {}): Plan => ({ type: 'fc', name, features, relu });

function outputOf(plan: Plan, [c, h = 1, w = 1]: readonly number[]): number[] {
  const cells = (
    side: number,
    { kernel, stride, padding, round }: { kernel: number; stride: number; padding: number; round: 'floor' | 'ceil' },
  ) => Math[round]((side + 2 * padding - kernel) / stride) + 1;
  switch (plan.type) {
    case 'conv':
      return [plan.channels, ...[h, w].map((side) => cells(side, { ...plan, round: 'floor' }))];
    case 'maxpool':
      return [
        c!,
        ...[h, w].map((side) => cells(side, { ...plan, padding: 0, round: plan.ceilMode ? 'ceil' : 'floor' })),
      ];
    case 'spp':
      return [c! * plan.levels.reduce((bins, n) => bins + n * n, 0)];
    case 'fc':
      return [plan.features];
  }
}

/** Fills in the shapes from the image on. */
function network(image: number[], plans: readonly Plan[]): Net {
  let input = image;
  const layers = plans.map((plan) => {
    const output = outputOf(plan, input);
    const { channels: _, features: __, ...record } = plan as Plan & { channels?: number; features?: number };
    const layer = { ...record, input, output } as NetRecord;
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
export function parametersOf({ layers }: Net): Record<string, number[]> {
  const parameters: Record<string, number[]> = {};
  for (const layer of layers) {
    if (layer.type !== 'conv' && layer.type !== 'fc') continue;
    const { name, input, output } = layer;
    parameters[`${name}.weight`] =
      layer.type === 'conv' ? [output[0]!, input[0]!, layer.kernel, layer.kernel] : [output[0]!, size(input)];
    parameters[`${name}.bias`] = [output[0]!];
  }
  return parameters;
}

/** Multiply-adds of one image in each layer that has weights, in order; padding counts as work. */
export function multiplyAddsOf({ layers }: Net): number[] {
  return layers.flatMap((layer) => {
    const { input, output } = layer;
    if (layer.type === 'conv') return [size(output) * input[0]! * layer.kernel * layer.kernel];
    return layer.type === 'fc' ? [size(output) * size(input)] : [];
  });
}
