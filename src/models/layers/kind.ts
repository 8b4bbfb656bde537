import { constant, fanIn, kaimingNormal, normal } from '../../nn/init.js';
import type { LayerOptions } from '../../nn/layer-options.js';
import type { Module } from '../../nn/module.js';
import { type SlidingAxis, windowCount } from '../../ops/window-count.js';
import type { Device } from '../../runtime/device.js';
import { ShapeError } from '../../runtime/errors.js';
import type { Generator } from '../../tensor/generator.js';
import type { Axis } from './window.js';

/** Shape of one image's activation without the batch axis: [channels, height, width] or [features]. */
export type ActivationShape = readonly [number, number, number] | readonly [number];

/** How fresh weights are drawn: a normal deviation or `'he'` (normal, sqrt(2 / fan-in)); biases get a constant. */
export interface Fill {
  readonly weights: number | 'he';
  readonly bias: number;
}

/** One learnable tensor: its name below the layer's in a state dict, its shape (PyTorch's: OIHW, [out, in]) and how a fresh one is filled. */
export interface ParameterSpec {
  readonly name: string;
  /** The name that published weights have for it, where that is another. */
  readonly published?: string;
  readonly shape: readonly number[];
  /** A statistic is gathered in training, not learned by a gradient. */
  readonly kind: 'weight' | 'bias' | 'statistic';
  readonly fill: Fill;
  /** Inputs that one output sums over, for `'he'`. */
  readonly fanIn: number;
}

/** What a layer's module is made for and from. */
export interface ModuleContext {
  readonly input: ActivationShape;
  readonly device: Device;
  readonly generator: Generator;
  /** Other than `'none'` only for kinds that fuse it. */
  readonly activation: 'none' | 'relu';
}

/**
 * Everything that the library knows of one kind of layer. `L` is its record in an architecture: plain data without tensors.
 * Channels of the input are not written down there, they follow from the layer before.
 */
export interface LayerKind<L extends { readonly type: string; readonly name: string }> {
  readonly type: L['type'];
  /** The window it slides over a map, along one axis; without one the map keeps its size, or is gone. */
  readonly window?: (layer: L, axis: Axis) => SlidingAxis;
  /** Cells along an axis behind it, for kinds whose window does not tell. */
  readonly cells?: (layer: L, size: number, axis: Axis) => number;
  /** The shape that it makes of an input. `at` names net and layer in the ShapeError for an input that it does not take. */
  readonly output: (layer: L, input: ActivationShape, at: string) => ActivationShape;
  /** Its learnable tensors in the order of its module's state dict, for kinds that have some. */
  readonly parameters?: (layer: L, input: ActivationShape) => readonly ParameterSpec[];
  /** The module, with the state dict that `parameters` lists. */
  readonly module: (layer: L, context: ModuleContext) => Module;
  /** An activation right behind it runs in its kernel. */
  readonly fusesActivation?: boolean;
  /** The activation that it is, for kinds that are nothing else. */
  readonly activation?: 'relu';
  /** Its outputs have the signs of its inputs, so that scores behind it are as one-sided as those before it. */
  readonly keepsSigns?: boolean;
  /** Whether what comes out has no negative numbers, whatever comes in; absent: no. */
  readonly notNegative?: (layer: L) => boolean;
  /** The pyramid by which it pools windows of a map of any size, for kinds that do. */
  readonly levels?: (layer: L) => readonly number[];
}

/** Cells of a layer's output along an axis; 0 or less where the input is too small for its window. */
export function cellsBehind<L extends { readonly type: string; readonly name: string }>(
  kind: LayerKind<L>,
  layer: L,
  size: number,
  axis: Axis,
): number {
  if (kind.cells) return kind.cells(layer, size, axis);
  const window = kind.window?.(layer, axis);
  return window ? windowCount(size, window) : size;
}

/** The shape of a kind that changes values only. */
export const unchanged = (_layer: unknown, input: ActivationShape): ActivationShape => input;

/** @throws ShapeError where a layer that needs a map comes after a vector */
export function requireMap(input: ActivationShape, at: string): readonly [number, number, number] {
  if (input.length === 3) return input;
  throw new ShapeError(`${at} needs a map, it comes after a vector of ${input[0]} features`);
}

/** The map that a sliding window leaves. @throws ShapeError where it does not fit */
export function slid(
  window: (axis: Axis) => SlidingAxis,
  channels: number,
  input: ActivationShape,
  at: string,
): ActivationShape {
  const [, height, width] = requireMap(input, at);
  const shape = [channels, windowCount(height, window(0)), windowCount(width, window(1))] as const;
  if (Math.min(shape[1], shape[2]) >= 1) return shape;
  throw new ShapeError(`${at} does not fit its ${width}x${height} input map; enlarge the input`);
}

/** Weight and bias of a convolution or a linear layer, from the shape that its module gives the weight. */
export function weightAndBias(weight: readonly number[], fill: Fill, prefix = ''): ParameterSpec[] {
  const common = { fill, fanIn: fanIn(weight) };
  return [
    { name: `${prefix}weight`, shape: weight, kind: 'weight', ...common },
    { name: `${prefix}bias`, shape: [weight[0]!], kind: 'bias', ...common },
  ];
}

/** What a batch normalisation of some channels has; fresh ones do nothing. */
export function normalisation(channels: number, prefix = ''): ParameterSpec[] {
  const spec = (name: string, kind: ParameterSpec['kind'], value: number): ParameterSpec => ({
    name: `${prefix}${name}`,
    shape: [channels],
    kind,
    fill: { weights: 0, bias: value },
    fanIn: 1,
  });
  return [
    spec('weight', 'weight', 1),
    spec('bias', 'bias', 0),
    spec('running_mean', 'statistic', 0),
    spec('running_var', 'statistic', 1),
  ];
}

/** Options of a module whose weights are drawn anew. */
export function freshWeights(fill: Fill, { device, generator, activation }: ModuleContext): LayerOptions {
  return {
    device,
    generator,
    weightInit: fill.weights === 'he' ? kaimingNormal : normal(fill.weights),
    biasInit: constant(fill.bias),
    activation,
  };
}
