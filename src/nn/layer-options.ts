import { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkChoice, checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { Generator } from '../tensor/generator.js';
import type { Initializer } from './init.js';

/** Where a layer's parameters live and how they start. */
export interface LayerOptions {
  readonly device: Device;
  readonly generator: Generator;
  /** Default: PyTorch's `U(-1, 1) / sqrt(fan-in)`. */
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
  /** Fused behind the layer, in the same kernel. */
  readonly activation?: 'none' | 'relu';
}

export const LAYER_NAMES: OptionNames<LayerOptions> = {
  device: true,
  generator: true,
  weightInit: true,
  biasInit: true,
  activation: true,
};

/** @throws SppgpuError for an unknown option, an activation that cannot be fused, and without a device or generator */
export function checkLayerOptions<O extends LayerOptions>(layer: string, options: O, names: OptionNames<O>): void {
  checkOptions<O>(layer, options, names);
  requireDevice(layer, options, 'device: await createDevice(), generator: new Generator(seed)');
  requireGenerator(layer, options.generator);
  checkChoice(layer, 'activation', options.activation, ['none', 'relu']);
}

/** @throws SppgpuError unless it is a generator */
export function requireGenerator(layer: string, generator: unknown): void {
  if (generator instanceof Generator) return;
  throw new SppgpuError(`${layer}: there is no generator to draw from; give new Generator(seed)`);
}

/** For layers that draw nothing. @throws SppgpuError for an unknown option, an `eps` below 0, and without a device */
export function checkNormOptions<O extends { readonly device: Device; readonly eps?: number }>(
  layer: string,
  options: O,
  names: OptionNames<O>,
): void {
  checkOptions<O>(layer, options, names);
  requireDevice(layer, options, 'device: await createDevice()');
  checkSetting(layer, 'eps', options.eps ?? 0, { least: 0 });
}

function requireDevice(layer: string, options: { readonly device: Device } | undefined, example: string): void {
  if (options?.device instanceof Device) return;
  throw new SppgpuError(`${layer}: its options have no device; give { ${example} }`);
}
