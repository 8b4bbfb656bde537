import { ShapeError } from '../runtime/errors.js';
import type { Architecture } from './architecture.js';
import { sections } from './architecture.js';
import { checkInput, outputSize } from './geometry.js';
import type { Fill, LayerRecord } from './layers.js';

/** Shape of one image's activation without the batch axis: [channels, height, width] or [features]. */
export type ActivationShape = readonly [number, number, number] | readonly [number];

/** One learnable tensor: its name in a state dict, its shape (PyTorch's: OIHW, [out, in]) and how a fresh one is filled. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: 'weight' | 'bias';
  readonly fill: Fill;
  /** Inputs that one output sums over, for `'he'`. */
  readonly fanIn: number;
}

/** A layer with the shapes it meets for one input. */
export interface TracedLayer {
  readonly layer: LayerRecord;
  readonly section: string;
  readonly input: ActivationShape;
  readonly output: ActivationShape;
  readonly parameters: readonly ParameterSpec[];
}

const elements = (shape: ActivationShape): number => shape.reduce((product: number, size) => product * size, 1);

function mapOf(net: string, layer: LayerRecord, shape: ActivationShape): readonly [number, number, number] {
  if (shape.length === 3) return shape;
  throw new ShapeError(`${net}: ${layer.name} needs a map, it comes after a vector of ${shape[0]} features`);
}

function outputOf(net: string, layer: LayerRecord, input: ActivationShape): ActivationShape {
  switch (layer.type) {
    case 'relu':
    case 'lrn':
    case 'dropout':
      return input;
    case 'fc': {
      const found = elements(input);
      if (found === layer.inFeatures) return [layer.outFeatures];
      throw new ShapeError(
        `${net}: ${layer.name} takes ${layer.inFeatures} features, this input gives ${found}; a net without SPP takes its training size only, so resize the input or choose a pyramid`,
      );
    }
    case 'spp':
      return [mapOf(net, layer, input)[0] * layer.levels.reduce((sum, n) => sum + n * n, 0)];
    case 'globalAveragePool':
      return [mapOf(net, layer, input)[0]];
    default: {
      const [channels, height, width] = mapOf(net, layer, input);
      const out =
        layer.type === 'conv'
          ? layer.outChannels
          : layer.type === 'fire'
            ? layer.expand1x1 + layer.expand3x3
            : channels;
      const shape = [out, outputSize(layer, height), outputSize(layer, width)] as const;
      if (Math.min(shape[1], shape[2]) >= 1) return shape;
      throw new ShapeError(`${net}: ${layer.name} does not fit its ${width}x${height} input map; enlarge the input`);
    }
  }
}

function convParameters(name: string, out: number, inPerGroup: number, kernel: number, fill: Fill): ParameterSpec[] {
  const fanIn = inPerGroup * kernel * kernel;
  return [
    { name: `${name}.weight`, shape: [out, inPerGroup, kernel, kernel], kind: 'weight', fill, fanIn },
    { name: `${name}.bias`, shape: [out], kind: 'bias', fill, fanIn },
  ];
}

function parametersOf(layer: LayerRecord, prefix: string, input: ActivationShape): ParameterSpec[] {
  const name = `${prefix}.${layer.name}`;
  const channels = input[0];
  switch (layer.type) {
    case 'conv':
      return convParameters(name, layer.outChannels, channels / layer.groups, layer.kernel, layer.fill);
    case 'fire':
      return [
        ...convParameters(`${name}.squeeze1x1`, layer.squeeze, channels, 1, layer.fill),
        ...convParameters(`${name}.expand1x1`, layer.expand1x1, layer.squeeze, 1, layer.fill),
        ...convParameters(`${name}.expand3x3`, layer.expand3x3, layer.squeeze, 3, layer.fill),
      ];
    case 'fc': {
      const { inFeatures: fanIn, outFeatures, fill } = layer;
      return [
        { name: `${name}.weight`, shape: [outFeatures, fanIn], kind: 'weight', fill, fanIn },
        { name: `${name}.bias`, shape: [outFeatures], kind: 'bias', fill, fanIn },
      ];
    }
    default:
      return [];
  }
}

/**
 * Follows one image through every layer.
 * @param height,width input pixels; default the net's training size
 * @throws ShapeError where the input is too small, or is not the one size that a net without SPP takes
 */
export function traceLayers(
  architecture: Architecture,
  height: number = architecture.input.size,
  width: number = height,
): TracedLayer[] {
  const { name: net } = architecture;
  checkInput(architecture, height, width);
  const traced: TracedLayer[] = [];
  let input: ActivationShape = [architecture.input.channels, height, width];
  for (const [section, layers] of sections(architecture)) {
    for (const layer of layers) {
      const output = outputOf(net, layer, input);
      traced.push({ layer, section, input, output, parameters: parametersOf(layer, section, input) });
      input = output;
    }
  }
  return traced;
}

/** Every learnable tensor in order, as a state dict lists them: `features.conv1.weight`, `features.conv1.bias`, ... */
export function parameterSpecs(architecture: Architecture): ParameterSpec[] {
  return traceLayers(architecture).flatMap((traced) => traced.parameters);
}
