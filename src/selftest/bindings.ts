/** How the self-test calls each op: a case's tensors and attributes, put where the op's signature wants them. */
import { abs } from '../ops/abs.js';
import { adaptiveAvgPool2d } from '../ops/adaptive-avg-pool2d.js';
import { adaptiveMaxPool2d } from '../ops/adaptive-max-pool2d.js';
import { add } from '../ops/add.js';
import { argmax } from '../ops/argmax.js';
import { avgPool2d } from '../ops/avg-pool2d.js';
import { binaryCrossEntropyWithLogits } from '../ops/binary-cross-entropy-with-logits.js';
import { cast } from '../ops/cast.js';
import { clip } from '../ops/clip.js';
import { concat } from '../ops/concat.js';
import { conv2d } from '../ops/conv2d.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { div } from '../ops/div.js';
import { dropout } from '../ops/dropout.js';
import { equal } from '../ops/equal.js';
import { exp } from '../ops/exp.js';
import { expand } from '../ops/expand.js';
import { flatten } from '../ops/flatten.js';
import { flip } from '../ops/flip.js';
import { gather } from '../ops/gather.js';
import { greater } from '../ops/greater.js';
import { greaterEqual } from '../ops/greater-equal.js';
import { indexSelect } from '../ops/index-select.js';
import { leakyRelu } from '../ops/leaky-relu.js';
import { less } from '../ops/less.js';
import { lessEqual } from '../ops/less-equal.js';
import { linear } from '../ops/linear.js';
import { localResponseNorm } from '../ops/local-response-norm.js';
import { log } from '../ops/log.js';
import { logSoftmax } from '../ops/log-softmax.js';
import { matmul } from '../ops/matmul.js';
import { max } from '../ops/max.js';
import { maxPool2d, maxPool2dWithIndices } from '../ops/max-pool2d.js';
import { maximum } from '../ops/maximum.js';
import { mean } from '../ops/mean.js';
import { min } from '../ops/min.js';
import { minimum } from '../ops/minimum.js';
import { mul } from '../ops/mul.js';
import { neg } from '../ops/neg.js';
import { notEqual } from '../ops/not-equal.js';
import { oneHot } from '../ops/one-hot.js';
import { pad } from '../ops/pad.js';
import { permute } from '../ops/permute.js';
import { pow } from '../ops/pow.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { resizeBilinear } from '../ops/resize-bilinear.js';
import { sigmoid } from '../ops/sigmoid.js';
import { slice } from '../ops/slice.js';
import { softmax } from '../ops/softmax.js';
import { spatialPyramidPool } from '../ops/spatial-pyramid-pool.js';
import { sqrt } from '../ops/sqrt.js';
import { square } from '../ops/square.js';
import { squeeze } from '../ops/squeeze.js';
import { sub } from '../ops/sub.js';
import { sum } from '../ops/sum.js';
import { tanh } from '../ops/tanh.js';
import { transpose } from '../ops/transpose.js';
import { unsqueeze } from '../ops/unsqueeze.js';
import { variance } from '../ops/variance.js';
import { where } from '../ops/where.js';
import type { Device } from '../runtime/device.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from './spec.js';

/** Calls one op. The device is for ops that make tensors out of nothing. */
export type RunOp = (inputs: Tensor[], attrs: Attrs, device: Device) => Tensor | Tensor[];

type Operand = Tensor | number;

/** The attributes of a case are the op's own options record; the cases, not the compiler, answer for their types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Options = any;

const unary =
  (op: (x: Tensor, options: Options) => Tensor): RunOp =>
  ([x], attrs) =>
    op(x!, attrs);

const binary =
  (op: (a: Operand, b: Operand) => Tensor): RunOp =>
  ([x, y], { left, right }) =>
    left === undefined ? op(x!, y ?? (right as number)) : op(left as number, x!);

export const bindings: Readonly<Record<string, RunOp>> = {
  abs: unary(abs),
  adaptiveAvgPool2d: ([x], attrs: Options) => adaptiveAvgPool2d(x!, attrs.outputSize),
  adaptiveMaxPool2d: ([x], attrs: Options) => adaptiveMaxPool2d(x!, attrs.outputSize),
  add: binary(add),
  argmax: unary(argmax),
  avgPool2d: unary(avgPool2d),
  binaryCrossEntropyWithLogits: ([logits, targets, weight], attrs) =>
    binaryCrossEntropyWithLogits(logits!, targets!, { ...attrs, ...(weight && { weight }) }),
  cast: ([x], attrs: Options) => cast(x!, attrs.dtype),
  clip: unary(clip),
  concat: (xs, attrs: Options) => concat(xs, attrs),
  conv2d: ([x, w, bias], attrs) => conv2d(x!, w!, bias ?? null, attrs),
  crossEntropy: ([logits, labels], attrs) => crossEntropy(logits!, labels!, attrs),
  div: binary(div),
  dropout: unary(dropout),
  equal: binary(equal),
  exp: unary(exp),
  expand: ([x], attrs: Options) => expand(x!, attrs.shape),
  flatten: unary(flatten),
  flip: unary(flip),
  gather: ([x, indices], attrs) => gather(x!, indices!, attrs),
  greater: binary(greater),
  greaterEqual: binary(greaterEqual),
  indexSelect: ([x, indices], attrs) => indexSelect(x!, indices!, attrs),
  leakyRelu: unary(leakyRelu),
  less: binary(less),
  lessEqual: binary(lessEqual),
  linear: ([x, w, b], attrs) => linear(x!, w!, b ?? null, attrs),
  localResponseNorm: unary(localResponseNorm),
  log: unary(log),
  logSoftmax: unary(logSoftmax),
  matmul: ([a, b, bias], attrs) => matmul(a!, b!, { ...attrs, ...(bias && { bias }) }),
  max: unary(max),
  maximum: binary(maximum),
  maxPool2d: unary(maxPool2d),
  maxPool2dWithIndices: ([x], attrs: Options) => {
    const { output, indices } = maxPool2dWithIndices(x!, attrs);
    return [output, indices];
  },
  mean: unary(mean),
  min: unary(min),
  minimum: binary(minimum),
  mul: binary(mul),
  neg: unary(neg),
  notEqual: binary(notEqual),
  oneHot: ([indices], attrs: Options) => oneHot(indices!, attrs.classes),
  pad: ([x], attrs: Options) => pad(x!, attrs.amounts, { value: attrs.value }),
  permute: ([x], attrs: Options) => permute(x!, attrs.order),
  pow: binary(pow),
  preparePictures: ([mean], { pictures, views, format }: Options, device) =>
    preparePictures(device, pictures, views, format, mean ? { mean } : {}),
  relu: unary(relu),
  reshape: ([x], attrs: Options) => reshape(x!, attrs.shape),
  resizeBilinear: ([x], attrs: Options) => resizeBilinear(x!, attrs.size),
  sigmoid: unary(sigmoid),
  slice: ([x], attrs: Options) => slice(x!, attrs.ranges),
  softmax: unary(softmax),
  spatialPyramidPool: ([x, windows], { levels, ...options }: Options) =>
    spatialPyramidPool(x!, levels, { ...options, ...(windows && { windows }) }),
  sqrt: unary(sqrt),
  square: unary(square),
  squeeze: ([x], attrs: Options) => squeeze(x!, attrs.axes),
  sub: binary(sub),
  sum: unary(sum),
  tanh: unary(tanh),
  transpose: ([x], attrs: Options) => transpose(x!, attrs.axes[0], attrs.axes[1]),
  unsqueeze: ([x], attrs: Options) => unsqueeze(x!, attrs.axis),
  variance: unary(variance),
  where: ([condition, a, b]) => where(condition!, a!, b!),
};
