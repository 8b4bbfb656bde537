export {
  ELU,
  GELU,
  Hardswish,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  ReLU6,
  Sigmoid,
  SiLU,
  Softmax,
  type SoftmaxModuleOptions,
  Softplus,
  Tanh,
} from './activations.js';
export { BatchNorm2d, type BatchNorm2dOptions } from './batch-norm2d.js';
export { ConvTranspose2d, type ConvTranspose2dOptions } from './conv-transpose2d.js';
export { Conv2d, type Conv2dOptions } from './conv2d.js';
export { Dropout } from './dropout.js';
export { Embedding, type EmbeddingOptions } from './embedding.js';
export { Flatten } from './flatten.js';
export { GroupNorm } from './group-norm.js';
export { Identity } from './identity.js';
export * as init from './init.js';
export { LayerNorm, type NormOptions } from './layer-norm.js';
export type { LayerOptions } from './layer-options.js';
export { Linear, type LinearOptions } from './linear.js';
export { LocalResponseNorm } from './local-response-norm.js';
export { Module, parameter } from './module.js';
export { ModuleList } from './module-list.js';
export { AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d } from './pooling.js';
export { Sequential } from './sequential.js';
export { SpatialPyramidPool2d } from './spatial-pyramid-pool2d.js';
export type { LoadableState, LoadReport, StateDict, StateEntry } from './state-dict.js';
export type { Summary, SummaryRow } from './summarize.js';
export { summary } from './summary.js';
