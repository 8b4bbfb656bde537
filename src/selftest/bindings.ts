/** How the self-test calls each op: a case's tensors and attributes, put where the op's signature wants them. */
import * as ops from '../ops/index.js';
import type { Device } from '../runtime/device.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Attrs } from './spec.js';

/** Calls one op. The device is for ops that make tensors out of nothing. */
export type RunOp = (inputs: Tensor[], attrs: Attrs, device: Device) => Tensor | Tensor[];

/** The attributes of a case are the op's own options record; the cases, not the compiler, answer for their types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Options = any;

/**
 * The call of an op by its name; undefined if there is none. Most take their tensors, a plain number perhaps in the place of
 * one (`left`, `right`), and then a record of options.
 */
export function bindingOf(name: string): RunOp | undefined {
  const op = (ops as Readonly<Record<string, unknown>>)[name] as ((...args: unknown[]) => Tensor) | undefined;
  const plain: RunOp = (inputs, { left, right, ...options }) => {
    const operands = [left, ...inputs, right].filter((each) => each !== undefined);
    return op!(...operands, ...(Object.keys(options).length > 0 ? [options] : []));
  };
  return oddities[name] ?? (op && plain);
}

/** Ops whose options are arguments of their own, whose optional tensors come with others between, or that begin with no tensor. */
const oddities: Readonly<Record<string, RunOp>> = {
  adaptiveAvgPool2d: ([x], attrs: Options) => ops.adaptiveAvgPool2d(x!, attrs.outputSize),
  adaptiveMaxPool2d: ([x], attrs: Options) => ops.adaptiveMaxPool2d(x!, attrs.outputSize),
  batchNorm: ([x, weight, bias, mean, variance], attrs) =>
    ops.batchNorm(x!, weight ?? null, bias ?? null, {
      ...attrs,
      ...(mean && variance && { moments: { mean, variance } }),
    }),
  binaryCrossEntropyWithLogits: ([logits, targets, weight], attrs) =>
    ops.binaryCrossEntropyWithLogits(logits!, targets!, { ...attrs, ...(weight && { weight }) }),
  cast: ([x], attrs: Options) => ops.cast(x!, attrs.dtype),
  concat: (xs, attrs: Options) => ops.concat(xs, attrs),
  conv2d: ([x, w, bias], attrs) => ops.conv2d(x!, w!, bias ?? null, attrs),
  convTranspose2d: ([x, w, bias], attrs) => ops.convTranspose2d(x!, w!, bias ?? null, attrs),
  einsum: (xs, attrs: Options) => ops.einsum(attrs.equation, ...xs),
  expand: ([x], attrs: Options) => ops.expand(x!, attrs.shape),
  groupNorm: ([x, weight, bias], { groups, ...options }: Options) =>
    ops.groupNorm(x!, groups, weight ?? null, bias ?? null, options),
  layerNorm: ([x, weight, bias], attrs) => ops.layerNorm(x!, weight ?? null, bias ?? null, attrs),
  linear: ([x, w, b], attrs) => ops.linear(x!, w!, b ?? null, attrs),
  matmul: ([a, b, bias], attrs) => ops.matmul(a!, b!, { ...attrs, ...(bias && { bias }) }),
  maxPool2dWithIndices: ([x], attrs: Options) => {
    const { output, indices } = ops.maxPool2dWithIndices(x!, attrs);
    return [output, indices];
  },
  nllLoss: ([input, second, third], attrs) =>
    third ? ops.nllLoss(input!, third, { ...attrs, weight: second! }) : ops.nllLoss(input!, second!, attrs),
  oneHot: ([indices], attrs: Options) => ops.oneHot(indices!, attrs.classes),
  pad: ([x], attrs: Options) => ops.pad(x!, attrs.amounts, { value: attrs.value }),
  permute: ([x], attrs: Options) => ops.permute(x!, attrs.order),
  preparePictures: ([mean], { pictures, views, format }: Options, device) =>
    ops.preparePictures(device, pictures, views, format, mean ? { mean } : {}),
  repeat: ([x], attrs: Options) => ops.repeat(x!, attrs.counts),
  reshape: ([x], attrs: Options) => ops.reshape(x!, attrs.shape),
  resizeBicubic: ([x], attrs: Options) => ops.resizeBicubic(x!, attrs.size),
  resizeBilinear: ([x], attrs: Options) => ops.resizeBilinear(x!, attrs.size),
  resizeNearest: ([x], attrs: Options) => ops.resizeNearest(x!, attrs.size),
  roiAlign: ([x, boxes], attrs: Options) => ops.roiAlign(x!, boxes!, attrs),
  roll: ([x], { shifts, ...options }: Options) => ops.roll(x!, shifts, options),
  scatterAdd: ([x, source, indices], attrs) => ops.scatterAdd(x!, indices!, source!, attrs),
  slice: ([x], attrs: Options) => ops.slice(x!, attrs.ranges),
  spatialPyramidPool: ([x, windows], { levels, ...options }: Options) =>
    ops.spatialPyramidPool(x!, levels, { ...options, ...(windows && { windows }) }),
  sort: ([x], attrs) => Object.values(ops.sort(x!, attrs)),
  split: ([x], { size, ...options }: Options) => ops.split(x!, size, options),
  squeeze: ([x], attrs: Options) => ops.squeeze(x!, attrs.axes),
  stack: (xs, attrs) => ops.stack(xs, attrs),
  topK: ([x], { k, ...options }: Options) => Object.values(ops.topK(x!, k, options)),
  transpose: ([x], attrs: Options) => ops.transpose(x!, attrs.axes[0], attrs.axes[1]),
  unsqueeze: ([x], attrs: Options) => ops.unsqueeze(x!, attrs.axis),
};
