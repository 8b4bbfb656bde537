import { type Architecture, sections } from './architecture.js';
import { checkInput } from './geometry.js';
import { type ActivationShape, kindOf, type LayerRecord, type ParameterSpec } from './layers/index.js';

/** A layer with the shapes it meets for one input. */
export interface TracedLayer {
  readonly layer: LayerRecord;
  readonly section: string;
  readonly input: ActivationShape;
  readonly output: ActivationShape;
  /** Its learnable tensors, named as in a state dict. */
  readonly parameters: readonly ParameterSpec[];
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
      const kind = kindOf(layer);
      const output = kind.output(layer, input, `${net}: ${layer.name}`);
      const parameters = (kind.parameters?.(layer, input) ?? []).map((spec) => {
        const name = `${section}.${layer.name}.${spec.name}`;
        const published = publishedName(architecture, name);
        return { ...spec, name, ...(published && { published }) };
      });
      traced.push({ layer, section, input, output, parameters });
      input = output;
    }
  }
  return traced;
}

/** By the longest beginning of the name that has another one. */
function publishedName({ published = {} }: Architecture, name: string): string | undefined {
  const words = name.split('.');
  for (let count = words.length - 1; count > 0; count--) {
    const other = published[words.slice(0, count).join('.')];
    if (other !== undefined) return [other, ...words.slice(count)].join('.');
  }
  return undefined;
}

/** Channels of the last map. */
export function mapChannels(architecture: Architecture): number {
  return traceLayers(architecture)[architecture.features.length - 1]!.output[0];
}

/** Every learnable tensor in order, as a state dict lists them: `features.conv1.weight`, `features.conv1.bias`, ... */
export function parameterSpecs(architecture: Architecture): ParameterSpec[] {
  return traceLayers(architecture).flatMap((traced) => traced.parameters);
}
