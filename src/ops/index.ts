/** Every op, as the package exports it. */

export { abs } from './abs.js';
export { adaptiveAvgPool2d } from './adaptive-avg-pool2d.js';
export { adaptiveMaxPool2d } from './adaptive-max-pool2d.js';
export { add } from './add.js';
export { type ArgmaxOptions, argmax } from './argmax.js';
export { type AvgPool2dOptions, avgPool2d } from './avg-pool2d.js';
export { type BinaryCrossEntropyOptions, binaryCrossEntropyWithLogits } from './binary-cross-entropy-with-logits.js';
export { cast } from './cast.js';
export { type ClipOptions, clip } from './clip.js';
export { type ConcatOptions, concat } from './concat.js';
export type { ConvGeometry } from './conv/shape.js';
export { type Conv2dOptions, type ConvAlgorithm, type ConvAlgorithms, type ConvForward, conv2d } from './conv2d.js';
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.js';
export { div } from './div.js';
export { type DropoutOptions, dropout } from './dropout.js';
export { equal } from './equal.js';
export { exp } from './exp.js';
export { expand } from './expand.js';
export { type FlattenOptions, flatten } from './flatten.js';
export { type FlipOptions, flip } from './flip.js';
export { type GatherOptions, gather } from './gather.js';
export { greater } from './greater.js';
export { greaterEqual } from './greater-equal.js';
export { type IndexSelectOptions, indexSelect } from './index-select.js';
export { type LeakyReluOptions, leakyRelu } from './leaky-relu.js';
export { less } from './less.js';
export { lessEqual } from './less-equal.js';
export { type LinearOpOptions, linear } from './linear.js';
export { type LocalResponseNormOptions, localResponseNorm } from './local-response-norm.js';
export { log } from './log.js';
export { logSoftmax } from './log-softmax.js';
export { type MatmulAlgorithm, type MatmulOptions, matmul } from './matmul.js';
export { max } from './max.js';
export {
  type MaxPool2dOptions,
  maxPool2d,
  maxPool2dWithIndices,
  type Pool2dOptions,
} from './max-pool2d.js';
export { maximum } from './maximum.js';
export { mean } from './mean.js';
export { min } from './min.js';
export { minimum } from './minimum.js';
export { mul } from './mul.js';
export { neg } from './neg.js';
export { notEqual } from './not-equal.js';
export { oneHot } from './one-hot.js';
export type { OpFamily, OpRow } from './op.js';
export { type PadOptions, pad } from './pad.js';
export type { Pair } from './pair.js';
export { permute } from './permute.js';
export type { MaxPoolGradient, PyramidAlgorithm, PyramidGradient } from './pooling/ladders.js';
export type { PoolMode, PyramidRungs } from './pooling/pyramid.js';
export { pow } from './pow.js';
export { type PrepareOptions, preparePictures } from './prepare-pictures.js';
export type { ReductionOptions } from './reduction/axes.js';
export type { RowAlgorithm } from './reduction/row-ladder.js';
export { relu } from './relu.js';
export { reshape } from './reshape.js';
export { resizeBilinear } from './resize-bilinear.js';
export { sigmoid } from './sigmoid.js';
export { type SliceRange, slice } from './slice.js';
export type { SoftmaxOptions } from './softmax/normalized-exp.js';
export { softmax } from './softmax.js';
export { type CellWindow, type SpatialPyramidPoolOptions, spatialPyramidPool } from './spatial-pyramid-pool.js';
export { sqrt } from './sqrt.js';
export { square } from './square.js';
export { squeeze } from './squeeze.js';
export { sub } from './sub.js';
export { type SumOptions, sum } from './sum.js';
export { opTable } from './table.js';
export { tanh } from './tanh.js';
export type { TileEngine } from './tile/engines.js';
export { transpose } from './transpose.js';
export { unsqueeze } from './unsqueeze.js';
export { type VarianceOptions, variance } from './variance.js';
export { where } from './where.js';
