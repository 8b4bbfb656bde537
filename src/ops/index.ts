/** Every op, as the package exports it. */

export { abs } from './abs.js';
export { adaptiveAvgPool2d } from './adaptive-avg-pool2d.js';
export { adaptiveMaxPool2d } from './adaptive-max-pool2d.js';
export { add } from './add.js';
export { type ArgmaxOptions, argmax } from './argmax.js';
export { argmin } from './argmin.js';
export { type AvgPool2dOptions, avgPool2d } from './avg-pool2d.js';
export { type BatchNormOptions, batchNorm } from './batch-norm.js';
export { type BinaryCrossEntropyOptions, binaryCrossEntropyWithLogits } from './binary-cross-entropy-with-logits.js';
export { cast } from './cast.js';
export { ceil } from './ceil.js';
export { type ClipOptions, clip } from './clip.js';
export { type ConcatOptions, concat } from './concat.js';
export type { ConvGeometry } from './conv/shape.js';
export { type ConvTranspose2dOptions, convTranspose2d } from './conv-transpose2d.js';
export {
  type Conv2dOptions,
  type ConvAlgorithm,
  type ConvAlgorithms,
  type ConvForward,
  type ConvInput,
  type ConvWeight,
  conv2d,
} from './conv2d.js';
export { cos } from './cos.js';
export { type CrossEntropyOptions, crossEntropy } from './cross-entropy.js';
export { type CumsumOptions, cumsum } from './cumsum.js';
export { div } from './div.js';
export { type DropoutOptions, dropout } from './dropout.js';
export { einsum } from './einsum.js';
export { type EluOptions, elu } from './elu.js';
export { equal } from './equal.js';
export { erf } from './erf.js';
export { exp } from './exp.js';
export { expand } from './expand.js';
export { type FlattenOptions, flatten } from './flatten.js';
export { type FlipOptions, flip } from './flip.js';
export { floor } from './floor.js';
export { type FocalLossOptions, focalLoss } from './focal-loss.js';
export { type GatherOptions, gather } from './gather.js';
export { type GeluOptions, gelu } from './gelu.js';
export { greater } from './greater.js';
export { greaterEqual } from './greater-equal.js';
export { type GroupNormOptions, groupNorm } from './group-norm.js';
export { hardSwish } from './hard-swish.js';
export { type HuberLossOptions, huberLoss } from './huber-loss.js';
export { type IndexSelectOptions, indexSelect } from './index-select.js';
export { isNaN } from './is-nan.js';
export { type KlDivLossOptions, klDivLoss } from './kl-div-loss.js';
export { l1Loss } from './l1-loss.js';
export { type LayerNormOptions, layerNorm } from './layer-norm.js';
export { type LeakyReluOptions, leakyRelu } from './leaky-relu.js';
export { less } from './less.js';
export { lessEqual } from './less-equal.js';
export { type LinearOpOptions, linear } from './linear.js';
export { type LocalResponseNormOptions, localResponseNorm } from './local-response-norm.js';
export { log } from './log.js';
export { logSoftmax } from './log-softmax.js';
export { logSumExp } from './log-sum-exp.js';
export { logicalAnd } from './logical-and.js';
export { logicalNot } from './logical-not.js';
export { logicalOr } from './logical-or.js';
export type { LossOptions } from './loss/reduced.js';
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
export { mseLoss } from './mse-loss.js';
export { mul } from './mul.js';
export { neg } from './neg.js';
export { type NllLossOptions, nllLoss } from './nll-loss.js';
export { type NmsMaskOptions, nmsMask } from './nms-mask.js';
export { type NormOptions, norm } from './norm.js';
export type { Moments } from './normalization/groups.js';
export type { LrnAlgorithm } from './normalization/lrn.js';
export { notEqual } from './not-equal.js';
export { oneHot } from './one-hot.js';
export type { OpFamily, OpRow } from './op.js';
export { type PadOptions, pad } from './pad.js';
export type { Pair } from './pair.js';
export { permute } from './permute.js';
export type {
  MaxPoolAlgorithm,
  MaxPoolGradient,
  PoolAlgorithm,
  PyramidAlgorithm,
  PyramidGradient,
} from './pooling/ladders.js';
export type { PoolMode, PyramidRungs } from './pooling/pyramid.js';
export { pow } from './pow.js';
export { type PrepareOptions, preparePictures } from './prepare-pictures.js';
export { prod } from './prod.js';
export type { ReductionOptions } from './reduction/axes.js';
export type { RowAlgorithm } from './reduction/row-ladder.js';
export { relu } from './relu.js';
export { repeat } from './repeat.js';
export { reshape } from './reshape.js';
export { resizeBicubic } from './resize-bicubic.js';
export { resizeBilinear } from './resize-bilinear.js';
export { resizeNearest } from './resize-nearest.js';
export { type RoiAlignOptions, roiAlign } from './roi-align.js';
export { type RollOptions, roll } from './roll.js';
export { round } from './round.js';
export { rsqrt } from './rsqrt.js';
export { type ScatterAddOptions, scatterAdd } from './scatter-add.js';
export { sigmoid } from './sigmoid.js';
export { sign } from './sign.js';
export { silu } from './silu.js';
export { sin } from './sin.js';
export { type SliceRange, slice } from './slice.js';
export { type SmoothL1LossOptions, smoothL1Loss } from './smooth-l1-loss.js';
export type { SoftmaxOptions } from './softmax/normalized-exp.js';
export { softmax } from './softmax.js';
export { type SoftplusOptions, softplus } from './softplus.js';
export { type Sorted, type SortOptions, sort } from './sort.js';
export { type CellWindow, type SpatialPyramidPoolOptions, spatialPyramidPool } from './spatial-pyramid-pool.js';
export { type SplitOptions, split } from './split.js';
export { sqrt } from './sqrt.js';
export { square } from './square.js';
export { squeeze } from './squeeze.js';
export { type StackOptions, stack } from './stack.js';
export { std } from './std.js';
export { sub } from './sub.js';
export { type SumOptions, sum } from './sum.js';
export { tanh } from './tanh.js';
export type { TileEngine } from './tile/engines.js';
export { type TopKOptions, topK } from './top-k.js';
export { transpose } from './transpose.js';
export { unsqueeze } from './unsqueeze.js';
export { type VarianceOptions, variance } from './variance.js';
export { where } from './where.js';
