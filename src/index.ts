/** sppgpu: tensors with gradients on WebGPU, and SPP-net. Everything here runs in browsers and in Node. */
export type { GradcheckFunction, GradcheckOptions } from './autograd/finite-differences.js';
export { gradcheck } from './autograd/gradcheck.js';
export { type AutocastOptions, autocast, isAutocastEnabled, isGradEnabled, noGrad } from './autograd/mode.js';
export { type RecordOptions, record, retainGrad, type Vjp } from './autograd/record.js';
export { type SavedTensorHooks, savedTensorHooks } from './autograd/saved-tensors.js';
export * from './classify/index.js';
export * from './data/index.js';
export * from './detect/index.js';
export { type CachedFetchOptions, cachedFetch } from './io/cached-fetch.js';
export { readTensors } from './io/read-tensors.js';
export {
  parseSafetensors,
  type SafetensorsContent,
  type StoredTensor,
  serializeSafetensors,
  type TensorToStore,
} from './io/safetensors.js';
export type { ElementArray } from './io/safetensors-elements.js';
export type { SafetensorsDType } from './io/safetensors-header.js';
export type {
  Architecture,
  ArchitectureInput,
  ImportedNetwork,
  ModelOptions,
  ModelSettings,
  PaddingVariant,
  Pyramid,
} from './models/architecture.js';
export type { CheckpointInfo, EpochSums, Position } from './models/checkpoint-info.js';
export { type MapGeometry, mapGeometry, mapSize, minimumInput } from './models/geometry.js';
export type {
  ActivationLayer,
  ActivationName,
  ActivationShape,
  AdaptiveAvgPoolLayer,
  AvgPoolLayer,
  Axis,
  BatchNormLayer,
  BlockLayer,
  BlockUnit,
  BorderLayer,
  ConvLayer,
  DropoutLayer,
  Fill,
  FireLayer,
  FlattenLayer,
  FullyConnectedLayer,
  GlobalAveragePoolLayer,
  GraphLayer,
  GraphPart,
  GraphStep,
  JoinLayer,
  LayerRecord,
  LayerWindow,
  LrnLayer,
  MaxPoolLayer,
  PReluLayer,
  PyramidLayer,
  ReluLayer,
  Sides,
} from './models/layers/index.js';
export type { ModelSource, OpenModel, OpenModelOptions } from './models/load-model.js';
export type { ParameterMatch } from './models/match-parameters.js';
export type { HostTensor } from './models/model-format.js';
export { Network, type NetworkOptions } from './models/network.js';
export { encodeOnnx } from './models/onnx/encode-onnx.js';
export type { OnnxOptions } from './models/onnx/export-network.js';
export { openModel } from './models/open-model.js';
export type { Preparation } from './models/preparation.js';
export { type LayerProfile, type ModelProfile, profileModel } from './models/profile.js';
export { ARCHITECTURE_NAMES, buildArchitecture } from './models/registry.js';
export {
  type CellRange,
  insideProjection,
  type Projection,
  projectWindow,
  type ReleasedConstants,
  releasedConstants,
  releasedProjection,
} from './models/windows.js';
export * as nn from './nn/index.js';
export * from './ops/index.js';
export * as optim from './optim/index.js';
export type { ChannelOrder, InputFormat } from './picture/input-format.js';
export { fromGrey, type Picture } from './picture/picture.js';
export type { View } from './picture/view.js';
export type { AdapterChoice, AdapterInfo, FoundAdapter } from './runtime/adapter.js';
export type { BufferSlice } from './runtime/bind-groups.js';
export type { PooledBuffer, PoolStatistics } from './runtime/buffer-pool.js';
export { createDevice } from './runtime/create-device.browser.js';
export { Device, type DeviceStatistics } from './runtime/device.js';
export type { Dispatch, Extent } from './runtime/dispatch.js';
export * from './runtime/errors.js';
export type { Workgroups } from './runtime/grid.js';
export {
  defineKernel,
  type Filled,
  type InterfaceOf,
  type Kernel,
  type KernelLayout,
  type Nothing,
} from './runtime/kernel.js';
export type { ParamField, Params, ParamValue, ParamValues, ValueOf, Vectors } from './runtime/params.js';
export type { Overrides } from './runtime/pipelines.js';
export type { ProfileRow } from './runtime/profiler.js';
export type { DeviceOptions } from './runtime/request-device.js';
export type { Chosen, Entry, FieldType, Prelude, Shader, ShaderInterface, StorageBinding } from './runtime/shader.js';
export {
  type Tuning,
  type TuningCandidate,
  type TuningEntry,
  type TuningQuestion,
  TuningTable,
} from './runtime/tuning.js';
export type { SelftestRow } from './selftest/run-case.js';
export type { SelftestOptions, SelftestResult } from './selftest/run-specs.js';
export { runSelftest } from './selftest/selftest.js';
export * from './svm/average-precision.js';
export * as svm from './svm/index.js';
export type { CurvePoint } from './svm/ranking-curve.js';
export { arange, type CreateOptions, empty, full, ones, tensor, zeros } from './tensor/create.js';
export type { DType, TypedData } from './tensor/dtype.js';
export type { PrintOptions } from './tensor/format.js';
export { Generator, type StreamPosition } from './tensor/generator.js';
export type { BackwardOptions, GraphNode } from './tensor/graph-node.js';
export { bernoulli, type RandomOptions, rand, randn } from './tensor/random.js';
export { Rng, type RngState } from './tensor/rng.js';
export { type Disposable, keep, scope } from './tensor/scope.js';
export type { Shape } from './tensor/shape.js';
export type { TypedSource } from './tensor/source.js';
export type { Storage } from './tensor/storage.js';
export { leakReport, liveTensorCount, type NestedArray, Tensor } from './tensor/tensor.js';
export * from './train/index.js';
