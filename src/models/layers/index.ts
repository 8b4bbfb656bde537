/**
 * The kinds of layers, one file each. An architecture is a list of their records; names are Caffe's (`conv1`, `fc6`), because
 * published weights use them. Geometry, parameters, costs and modules of a network are read from the rows of this table.
 */
import { convKind } from './conv.js';
import { dropoutKind } from './dropout.js';
import { fcKind } from './fc.js';
import { fireKind } from './fire.js';
import { globalAveragePoolKind } from './global-average-pool.js';
import type { LayerKind } from './kind.js';
import { lrnKind } from './lrn.js';
import { maxPoolKind } from './max-pool.js';
import { reluKind } from './relu.js';
import { sppKind } from './spp.js';

export { type ConvLayer, conv } from './conv.js';
export { type DropoutLayer, dropout } from './dropout.js';
export { type FullyConnectedLayer, fc } from './fc.js';
export { type FireLayer, fire } from './fire.js';
export { type GlobalAveragePoolLayer, globalAveragePool } from './global-average-pool.js';
export type { ActivationShape, Fill, ParameterSpec } from './kind.js';
export type { LrnLayer } from './lrn.js';
export { type MaxPoolLayer, maxPool } from './max-pool.js';
export { type ReluLayer, relu } from './relu.js';
export { type PyramidLayer, spp } from './spp.js';

/** Every kind by its `type`. */
const LAYER_KINDS = {
  conv: convKind,
  dropout: dropoutKind,
  fc: fcKind,
  fire: fireKind,
  globalAveragePool: globalAveragePoolKind,
  lrn: lrnKind,
  maxpool: maxPoolKind,
  relu: reluKind,
  spp: sppKind,
};

type RecordOf<Kind> = Kind extends LayerKind<infer L> ? L : never;

/** A layer of an architecture, of any kind. */
export type LayerRecord = RecordOf<(typeof LAYER_KINDS)[keyof typeof LAYER_KINDS]>;

/** The row of a layer's kind. */
export function kindOf<L extends LayerRecord>(layer: L): LayerKind<L> {
  return LAYER_KINDS[layer.type] as unknown as LayerKind<L>;
}

/** Whether a layer has learnable tensors. */
export const hasParameters = (layer: LayerRecord): boolean => kindOf(layer).parameters !== undefined;
