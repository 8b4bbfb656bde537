/**
 * The shared list of benchmark cases, as data: every runner (sppgpu, the peers, PyTorch) times exactly these.
 *
 * A case names its inputs by shape and fill, so that every runner, in any language, makes the same numbers
 * (`inputs.ts`), and its attributes in PyTorch's terms (NCHW, OIHW). What is inside the timer is `kind` and `direction`:
 *
 * | kind         | fwd                         | fwdbwd: fwd and then, from a given `dy`                |
 * |--------------|-----------------------------|--------------------------------------------------------|
 * | matmul       | y = a b                     |                                                        |
 * | conv         | y = conv(x, w) + b          | dx, dw, db                                             |
 * | maxpool      | y                           | dx                                                     |
 * | avgpool      | y                           |                                                        |
 * | crossEntropy | mean loss                   | dx (the mean's own gradient, no dy)                    |
 * | spp          | y [N or R, 50 C], max       | dx                                                     |
 * | cnn          | infer: logits               | train: forward, backward, one SGD-with-momentum update |
 * |              | (`attributes.layers`: the records of `nets.ts`) |                                   |
 * | adds         | 100 dependent x + b, eager  |                                                        |
 * | sum, softmax | y, of rows                  | dx                                                     |
 * | lrn          | y                           | dx                                                     |
 *
 * `bwd`, of ladders of gradients alone (`ladder-cases.ts`): from a given `dy` the gradients to `attributes.wanted`; the
 * forward pass is outside the timer.
 *
 * `flops` counts a multiply-add as two and takes padding as work; `bytes` is the traffic that cannot be avoided: every
 * input and output once, f32.
 */

import { windowCount } from '../ops/window-count.js';
import { multiplyAddsOf, type Net, parametersOf, SMALL, ZF5_NARROW } from './nets.js';

/** How one input of a case is filled; `inputs.ts` makes the numbers. */
export interface InputSpec {
  fill: 'uniform' | 'distinct' | 'labels' | 'windows';
  /** Rounded to f16, and stored so or, as gradients are, as f32. */
  half?: 'stored' | 'rounded';
  seed: number;
  shape: number[];
  bound?: number;
  classes?: number;
  images?: number;
  height?: number;
  width?: number;
  /** Of windows that are all of one size; absent: of every size. */
  side?: number;
}

export interface Case {
  /** Stable name, e.g. `zf_conv2_fwdbwd`. */
  name: string;
  family: string;
  kind: 'matmul' | 'conv' | 'maxpool' | 'avgpool' | 'crossEntropy' | 'spp' | 'cnn' | 'adds' | 'sum' | 'softmax' | 'lrn';
  direction: 'fwd' | 'fwdbwd' | 'bwd' | 'infer' | 'train';
  inputs: Record<string, InputSpec>;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own attributes; runners destructure what they know
  attributes: Record<string, any>;
  /** A multiply-add counts as two. */
  flops: number;
  /** Every input and output once. */
  bytes: number;
  /** Images per execution, of the network cases. */
  images?: number;
  /** Library calls per execution, where their overhead is the question. */
  ops?: number;
}

/** Of maps: images, channels, height, width. */
interface Sizes {
  n: number;
  c: number;
  h: number;
  w: number;
}

const uniform = (seed: number, shape: number[], bound = 1): InputSpec => ({ fill: 'uniform', seed, shape, bound });
/** What the fill `distinct` has values for. */
const MOST_DISTINCT = 2 ** 14;
/**
 * No two equal values in one H x W plane, so that a maximum has one winner and its gradient one right answer. In a larger plane
 * equal values are far apart as a rule, and the first one wins.
 */
const distinct = (seed: number, shape: number[]): InputSpec =>
  shape.at(-1)! * shape.at(-2)! <= MOST_DISTINCT ? { fill: 'distinct', seed, shape } : uniform(seed, shape);
const labels = (seed: number, length: number, classes: number): InputSpec => ({
  fill: 'labels',
  seed,
  shape: [length],
  classes,
});
const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const bytesOf = (...shapes: (readonly number[])[]): number =>
  shapes.reduce((total, shape) => total + 4 * size(shape), 0);

/** `transposed`: operands that are stored with their axes exchanged. */
export function matmul(
  family: string,
  name: string,
  [m, k, n]: readonly [number, number, number],
  { a = false, b = false } = {},
): Case {
  const shapes = { a: a ? [k, m] : [m, k], b: b ? [n, k] : [k, n], y: [m, n] };
  return {
    name,
    family,
    kind: 'matmul',
    direction: 'fwd',
    inputs: { a: uniform(1, shapes.a), b: uniform(2, shapes.b) },
    attributes: { m, k, n, transposeA: a, transposeB: b },
    flops: 2 * m * k * n,
    bytes: bytesOf(shapes.a, shapes.b, shapes.y),
  };
}

/** Forward, and forward + backward, of one convolution. All three gradients are asked for, also of a first layer. */
export function conv(
  name: string,
  {
    n,
    c,
    h,
    w,
    o,
    kernel,
    stride = 1,
    padding = 0,
    dilation = 1,
    groups = 1,
  }: Sizes & { o: number; kernel: number; stride?: number; padding?: number; dilation?: number; groups?: number },
): [fwd: Case, fwdbwd: Case] {
  const cells = (side: number) => Math.floor((side + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  const [oh, ow] = [cells(h), cells(w)];
  const fanIn = (c / groups) * kernel * kernel;
  const shapes = { x: [n, c, h, w], w: [o, c / groups, kernel, kernel], b: [o], y: [n, o, oh, ow] };
  const inputs: Case['inputs'] = {
    x: uniform(1, shapes.x),
    w: uniform(2, shapes.w, Math.sqrt(3 / fanIn)),
    b: uniform(3, shapes.b),
  };
  const flops = 2 * size(shapes.y) * fanIn;
  const bytes = bytesOf(shapes.x, shapes.w, shapes.b, shapes.y);
  const common = {
    family: 'conv',
    kind: 'conv',
    attributes: { n, c, h, w, o, kernel, stride, padding, dilation, groups, oh, ow },
  } satisfies Partial<Case>;
  return [
    { name: `${name}_fwd`, direction: 'fwd', inputs, flops, bytes, ...common },
    {
      name: `${name}_fwdbwd`,
      direction: 'fwdbwd',
      inputs: { ...inputs, dy: uniform(4, shapes.y) },
      flops: 3 * flops,
      bytes: 2 * bytes + bytesOf(shapes.y),
      ...common,
    },
  ];
}

export function maxpool(
  name: string,
  {
    n,
    c,
    h,
    w,
    kernel,
    stride,
    padding = 0,
    ceilMode = false,
  }: Sizes & { kernel: number; stride: number; padding?: number; ceilMode?: boolean },
): [fwd: Case, fwdbwd: Case] {
  const cells = (length: number) => windowCount(length, { kernel, stride, padding, dilation: 1, ceilMode });
  const [oh, ow] = [cells(h), cells(w)];
  const shapes = { x: [n, c, h, w], y: [n, c, oh, ow] };
  const inputs: Case['inputs'] = { x: distinct(1, shapes.x) };
  const flops = size(shapes.y) * kernel * kernel;
  const common = {
    family: 'pool',
    kind: 'maxpool',
    attributes: { n, c, h, w, kernel, stride, padding, ceilMode, oh, ow },
  } satisfies Partial<Case>;
  return [
    { name: `${name}_fwd`, direction: 'fwd', inputs, flops, bytes: bytesOf(shapes.x, shapes.y), ...common },
    {
      name: `${name}_fwdbwd`,
      direction: 'fwdbwd',
      inputs: { ...inputs, dy: uniform(4, shapes.y) },
      flops: flops + size(shapes.y),
      bytes: 2 * bytesOf(shapes.x, shapes.y),
      ...common,
    },
  ];
}

/** Average pooling, forward. */
export function avgpool(name: string, sizes: Parameters<typeof maxpool>[1]): Case {
  const [fwd] = maxpool(name, sizes);
  return { ...fwd, kind: 'avgpool', inputs: { x: uniform(1, fwd.inputs.x!.shape) } };
}

export function crossEntropy(name: string, n: number, classes: number): [fwd: Case, fwdbwd: Case] {
  const x = [n, classes];
  const inputs: Case['inputs'] = { x: uniform(1, x, 4), labels: labels(5, n, classes) };
  const common = { family: 'loss', kind: 'crossEntropy', attributes: { n, classes }, inputs } satisfies Partial<Case>;
  return [
    { name: `${name}_fwd`, direction: 'fwd', flops: 4 * size(x), bytes: bytesOf(x, [n]), ...common },
    { name: `${name}_fwdbwd`, direction: 'fwdbwd', flops: 6 * size(x), bytes: 2 * bytesOf(x, [n]), ...common },
  ];
}

/**
 * Spatial pyramid max pooling. Bin i of n over a cells is [floor(i a / n), ceil((i + 1) a / n)); the columns of the result
 * may stand in any fixed order (a permutation of the next layer's weights), so a runner is free to choose the cheapest.
 */
export function spp(
  name: string,
  {
    n,
    c,
    h,
    w,
    windows = 0,
    levels = [1, 2, 3, 6],
    side,
  }: Sizes & { windows?: number; levels?: number[]; side?: number },
): [fwd: Case, fwdbwd: Case] {
  const bins = levels.reduce((total, level) => total + level * level, 0);
  const rows = windows || n;
  const shapes = { x: [n, c, h, w], y: [rows, c * bins] };
  const inputs: Case['inputs'] = { x: distinct(1, shapes.x) };
  if (windows) inputs.windows = { fill: 'windows', seed: 6, shape: [windows, 5], images: n, height: h, width: w, side };
  const flops = rows * c * levels.length * h * w;
  const common = {
    family: 'spp',
    kind: 'spp',
    attributes: { n, c, h, w, levels, bins, windows },
  } satisfies Partial<Case>;
  return [
    { name: `${name}_fwd`, direction: 'fwd', inputs, flops, bytes: bytesOf(shapes.x, shapes.y), ...common },
    {
      name: `${name}_fwdbwd`,
      direction: 'fwdbwd',
      inputs: { ...inputs, dy: uniform(4, shapes.y) },
      flops: flops + size(shapes.y),
      bytes: 2 * bytesOf(shapes.x, shapes.y),
      ...common,
    },
  ];
}

/** The sum, or the softmax, of every row of a matrix. */
export function rows(kind: 'sum' | 'softmax', name: string, n: number, length: number): [fwd: Case, fwdbwd: Case] {
  const shapes = { x: [n, length], y: kind === 'sum' ? [n] : [n, length] };
  const inputs = { x: uniform(1, shapes.x, 4) };
  const flops = (kind === 'sum' ? 1 : 4) * size(shapes.x);
  const bytes = bytesOf(shapes.x, shapes.y);
  const common = { family: 'rows', kind, attributes: { n, length } } satisfies Partial<Case>;
  return [
    { name: `${name}_fwd`, direction: 'fwd', inputs, flops, bytes, ...common },
    {
      name: `${name}_fwdbwd`,
      direction: 'fwdbwd',
      inputs: { ...inputs, dy: uniform(4, shapes.y) },
      flops: 2 * flops,
      bytes: 2 * bytes,
      ...common,
    },
  ];
}

/** Local response normalisation over a window of channels. */
export function lrn(name: string, { n, c, h, w }: Sizes, window: number): [fwd: Case, fwdbwd: Case] {
  const shape = [n, c, h, w];
  const inputs = { x: uniform(1, shape, 4) };
  const common = { family: 'norm', kind: 'lrn', attributes: { n, c, h, w, size: window } } satisfies Partial<Case>;
  const flops = (2 * window + 4) * size(shape);
  const bytes = bytesOf(shape, shape);
  return [
    { name: `${name}_fwd`, direction: 'fwd', inputs, flops, bytes, ...common },
    {
      name: `${name}_fwdbwd`,
      direction: 'fwdbwd',
      inputs: { ...inputs, dy: uniform(4, shape) },
      flops: 2 * flops,
      bytes: 2 * bytes,
      ...common,
    },
  ];
}

/** Inference, and a whole training step (forward, backward, SGD with momentum), of a network of `nets.ts`. */
function cnn(name: (direction: string) => string, net: Net, batch: number, family: string): Case[] {
  const images = [batch, ...net.image];
  const parameters = parametersOf(net);
  const classes = net.layers.at(-1)!.output[0]!;
  const inputs: Case['inputs'] = { x: uniform(1, images), labels: labels(5, batch, classes) };
  let seed = 10;
  for (const [parameter, shape] of Object.entries(parameters)) {
    const fanIn = size(parameters[`${parameter.split('.')[0]}.weight`]!.slice(1));
    inputs[parameter] = uniform(seed++, shape, Math.sqrt((parameter.endsWith('weight') ? 6 : 1) / fanIn));
  }
  const [firstLayer, ...others] = multiplyAddsOf(net) as [number, ...number[]];
  const multiplyAdds = others.reduce((total, count) => total + count, firstLayer);
  const weights = bytesOf(...Object.values(parameters));
  const { layers } = net;
  const common = {
    family,
    kind: 'cnn',
    inputs,
    images: batch,
    attributes: { batch, classes, learningRate: 0.01, momentum: 0.9, parameters: Object.keys(parameters), layers },
  } satisfies Partial<Case>;
  const [infer, train] = [name('infer'), name('train')];
  return [
    { name: infer, direction: 'infer', flops: 2 * batch * multiplyAdds, bytes: weights + bytesOf(images), ...common },
    {
      name: train,
      direction: 'train',
      // The gradient to the images is not needed, so the first layer's backward costs one forward, not two.
      flops: 2 * batch * (3 * multiplyAdds - firstLayer),
      bytes: 5 * weights + bytesOf(images),
      ...common,
    },
  ];
}

/** Cost of one small op as a user pays it: eager, each result the next one's operand. */
function adds(name: string, length: number, count: number): Case {
  return {
    name,
    family: 'overhead',
    kind: 'adds',
    direction: 'fwd',
    inputs: { x: uniform(1, [length]), b: uniform(2, [length]) },
    attributes: { length, count },
    ops: count,
    flops: length * count,
    bytes: 3 * 4 * length * count,
  };
}

export const CASES: readonly Case[] = [
  matmul('matmul', 'matmul_256', [256, 256, 256]),
  matmul('matmul', 'matmul_512', [512, 512, 512]),
  matmul('matmul', 'matmul_1024', [1024, 1024, 1024]),
  matmul('fc', 'fc_64x4096x4096', [64, 4096, 4096]),
  matmul('fc', 'fc_64x12800x4096', [64, 12800, 4096]),
  ...conv('zf_conv1', { n: 8, c: 3, h: 224, w: 224, o: 96, kernel: 7, stride: 2, padding: 1 }),
  ...conv('zf_conv2', { n: 8, c: 96, h: 55, w: 55, o: 256, kernel: 5, stride: 2 }),
  ...conv('zf_conv3', { n: 8, c: 256, h: 13, w: 13, o: 384, kernel: 3, padding: 1 }),
  ...conv('cifar_conv1', { n: 64, c: 3, h: 32, w: 32, o: 32, kernel: 5, padding: 2 }),
  ...conv('cifar_conv2', { n: 64, c: 32, h: 16, w: 16, o: 64, kernel: 3, padding: 1 }),
  ...maxpool('maxpool_8x96x109', { n: 8, c: 96, h: 109, w: 109, kernel: 3, stride: 2 }),
  ...crossEntropy('cross_entropy_64x1000', 64, 1000),
  ...spp('spp50_32x256x13', { n: 32, c: 256, h: 13, w: 13 }),
  ...spp('spp50_32x256x40x30', { n: 32, c: 256, h: 40, w: 30 }),
  ...spp('spp_windows_2000', { n: 1, c: 256, h: 40, w: 30, windows: 2000 }),
  ...cnn((direction) => `cnn_${direction}`, SMALL, 64, 'cnn'),
  ...cnn((direction) => `zf5_narrow_${direction}`, ZF5_NARROW, 16, 'cnn'),
  adds('adds_100x4096', 4096, 100),
  ...cnn((direction) => `cnn_${direction}_batch1`, SMALL, 1, 'overhead'),
];
