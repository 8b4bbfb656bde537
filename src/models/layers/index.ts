/**
 * The kinds of layers, one file each. An architecture is a list of their records; names are Caffe's (`conv1`, `fc6`), because
 * published weights use them. Geometry, parameters, costs and modules of a network are read from the rows of this table.
 */
import { SppgpuError } from '../../runtime/errors.js';
import { made } from '../../runtime/made.js';
import type { ActivationLayer } from './activation.js';
import { type AdaptiveAvgPoolLayer, adaptiveAvgPoolKind } from './adaptive-avg-pool.js';
import type { AvgPoolLayer } from './avg-pool.js';
import { type BatchNormLayer, batchNormKind } from './batch-norm.js';
import { type BlockLayer, blockKind } from './block.js';
import type { BorderLayer } from './border.js';
import { type ConvLayer, convKind } from './conv.js';
import { type DropoutLayer, dropoutKind } from './dropout.js';
import { type FullyConnectedLayer, fcKind } from './fc.js';
import { type FireLayer, fireKind } from './fire.js';
import type { FlattenLayer } from './flatten.js';
import { type GlobalAveragePoolLayer, globalAveragePoolKind } from './global-average-pool.js';
import type { GraphLayer } from './graph.js';
import type { LayerKind } from './kind.js';
import { type LrnLayer, lrnKind } from './lrn.js';
import { type MaxPoolLayer, maxPoolKind } from './max-pool.js';
import type { PReluLayer } from './prelu.js';
import { type ReluLayer, reluKind } from './relu.js';
import { type PyramidLayer, sppKind } from './spp.js';

export type { ActivationLayer, ActivationName } from './activation.js';
export { type AdaptiveAvgPoolLayer, adaptiveAvgPool } from './adaptive-avg-pool.js';
export type { AvgPoolLayer } from './avg-pool.js';
export { type BatchNormLayer, batchNorm } from './batch-norm.js';
export { type BlockLayer, type BlockUnit, block, unit } from './block.js';
export type { BorderLayer, Sides } from './border.js';
export { type ConvLayer, conv } from './conv.js';
export { type DropoutLayer, dropout } from './dropout.js';
export { type FullyConnectedLayer, fc } from './fc.js';
export { type FireLayer, fire } from './fire.js';
export type { FlattenLayer } from './flatten.js';
export { type GlobalAveragePoolLayer, globalAveragePool } from './global-average-pool.js';
export type { GraphLayer, GraphPart, GraphStep, JoinLayer } from './graph.js';
export { type ActivationShape, cellsBehind, type Fill, type ParameterSpec } from './kind.js';
export type { LrnLayer } from './lrn.js';
export { type MaxPoolLayer, maxPool } from './max-pool.js';
export type { PReluLayer } from './prelu.js';
export { type ReluLayer, relu } from './relu.js';
export { type PyramidLayer, spp } from './spp.js';
export { type Axis, along, type LayerWindow, reachOf } from './window.js';

/** A layer of an architecture, of any kind. */
export type LayerRecord =
  | ActivationLayer
  | AdaptiveAvgPoolLayer
  | AvgPoolLayer
  | BatchNormLayer
  | BlockLayer
  | BorderLayer
  | ConvLayer
  | DropoutLayer
  | FireLayer
  | FlattenLayer
  | FullyConnectedLayer
  | GlobalAveragePoolLayer
  | GraphLayer
  | LrnLayer
  | MaxPoolLayer
  | PReluLayer
  | PyramidLayer
  | ReluLayer;

/** A row for each kind of layer; the compiler asks for a missing one. */
type LayerKinds = { readonly [Type in LayerRecord['type']]: LayerKind<Extract<LayerRecord, { type: Type }>> };

/** Kinds that no network of this library has. */
type Foreign = 'activation' | 'avgpool' | 'border' | 'flatten' | 'graph' | 'prelu';

/** Every kind by its `type`. */
const LAYER_KINDS = made((): Omit<LayerKinds, Foreign> & Partial<Pick<LayerKinds, Foreign>> => ({
  adaptiveavgpool: adaptiveAvgPoolKind,
  batchnorm: batchNormKind,
  block: blockKind,
  conv: convKind,
  dropout: dropoutKind,
  fc: fcKind,
  fire: fireKind,
  globalAveragePool: globalAveragePoolKind,
  lrn: lrnKind,
  maxpool: maxPoolKind,
  relu: reluKind,
  spp: sppKind,
}));

/** Adds the kinds that only networks of other programs have, so that pages without one need not carry them (`foreign.ts`). */
export function addForeignKinds(kinds: Pick<LayerKinds, Foreign>): void {
  Object.assign(LAYER_KINDS, kinds);
}

/** The row of a layer's kind. @throws SppgpuError for a kind of other programs' networks, where none was opened */
export function kindOf<L extends LayerRecord>(layer: L): LayerKind<L> {
  const kind = LAYER_KINDS[layer.type];
  if (kind) return kind as unknown as LayerKind<L>;
  throw new SppgpuError(`layers of kind ${layer.type} come with the file of a network; open it with openModel`);
}

/** Whether a layer has learnable tensors. */
export const hasParameters = (layer: LayerRecord): boolean => kindOf(layer).parameters !== undefined;

/** The pyramid of a layer that pools windows of maps of any size; undefined for other layers, or none. */
export function levelsOf(layer: LayerRecord | undefined): readonly number[] | undefined {
  return layer && kindOf(layer).levels?.(layer);
}

/** The activation that a layer is; undefined for layers that are more than that, or none. */
export function activationOf(layer: LayerRecord | undefined): 'relu' | undefined {
  return layer && kindOf(layer).activation;
}
