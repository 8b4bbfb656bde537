import { absRow } from './abs.js';
import { adaptiveAvgPool2dRow } from './adaptive-avg-pool2d.js';
import { adaptiveMaxPool2dRow } from './adaptive-max-pool2d.js';
import { addRow } from './add.js';
import { argmaxRow } from './argmax.js';
import { avgPool2dRow } from './avg-pool2d.js';
import { binaryCrossEntropyWithLogitsRow } from './binary-cross-entropy-with-logits.js';
import { castRow } from './cast.js';
import { clipRow } from './clip.js';
import { concatRow } from './concat.js';
import { conv2dRow } from './conv2d.js';
import { crossEntropyRow } from './cross-entropy.js';
import { divRow } from './div.js';
import { dropoutRow } from './dropout.js';
import { equalRow } from './equal.js';
import { expRow } from './exp.js';
import { expandRow } from './expand.js';
import { flattenRow } from './flatten.js';
import { flipRow } from './flip.js';
import { gatherRow } from './gather.js';
import { greaterRow } from './greater.js';
import { greaterEqualRow } from './greater-equal.js';
import { indexSelectRow } from './index-select.js';
import { leakyReluRow } from './leaky-relu.js';
import { lessRow } from './less.js';
import { lessEqualRow } from './less-equal.js';
import { linearRow } from './linear.js';
import { localResponseNormRow } from './local-response-norm.js';
import { logRow } from './log.js';
import { logSoftmaxRow } from './log-softmax.js';
import { matmulRow } from './matmul.js';
import { maxRow } from './max.js';
import { maxPool2dRow } from './max-pool2d.js';
import { maximumRow } from './maximum.js';
import { meanRow } from './mean.js';
import { minRow } from './min.js';
import { minimumRow } from './minimum.js';
import { mulRow } from './mul.js';
import { negRow } from './neg.js';
import { notEqualRow } from './not-equal.js';
import { oneHotRow } from './one-hot.js';
import type { OpRow } from './op.js';
import { padRow } from './pad.js';
import { permuteRow } from './permute.js';
import { powRow } from './pow.js';
import { preparePicturesRow } from './prepare-pictures.js';
import { reluRow } from './relu.js';
import { reshapeRow } from './reshape.js';
import { resizeBilinearRow } from './resize-bilinear.js';
import { sigmoidRow } from './sigmoid.js';
import { sliceRow } from './slice.js';
import { softmaxRow } from './softmax.js';
import { spatialPyramidPoolRow } from './spatial-pyramid-pool.js';
import { sqrtRow } from './sqrt.js';
import { squareRow } from './square.js';
import { squeezeRow } from './squeeze.js';
import { subRow } from './sub.js';
import { sumRow } from './sum.js';
import { tanhRow } from './tanh.js';
import { transposeRow } from './transpose.js';
import { unsqueezeRow } from './unsqueeze.js';
import { varianceRow } from './variance.js';
import { whereRow } from './where.js';

/** Every op, by family: what docs, self-test and tests iterate over. */
export const opTable: readonly OpRow[] = [
  expandRow,
  flattenRow,
  permuteRow,
  reshapeRow,
  sliceRow,
  squeezeRow,
  transposeRow,
  unsqueezeRow,
  absRow,
  addRow,
  castRow,
  clipRow,
  divRow,
  equalRow,
  expRow,
  greaterEqualRow,
  greaterRow,
  leakyReluRow,
  lessEqualRow,
  lessRow,
  logRow,
  maximumRow,
  minimumRow,
  mulRow,
  negRow,
  notEqualRow,
  powRow,
  reluRow,
  sigmoidRow,
  sqrtRow,
  squareRow,
  subRow,
  tanhRow,
  whereRow,
  argmaxRow,
  logSoftmaxRow,
  maxRow,
  meanRow,
  minRow,
  softmaxRow,
  sumRow,
  varianceRow,
  binaryCrossEntropyWithLogitsRow,
  crossEntropyRow,
  linearRow,
  matmulRow,
  conv2dRow,
  adaptiveAvgPool2dRow,
  adaptiveMaxPool2dRow,
  avgPool2dRow,
  maxPool2dRow,
  spatialPyramidPoolRow,
  localResponseNormRow,
  concatRow,
  flipRow,
  gatherRow,
  indexSelectRow,
  oneHotRow,
  padRow,
  dropoutRow,
  preparePicturesRow,
  resizeBilinearRow,
];
