import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { type Architecture, type ImportedNetwork, type ModelOptions, resolveOptions } from './architecture.js';
import { classifierHead } from './heads.js';
import { type ActivationShape, hasParameters, kindOf, type LayerRecord } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';

/** The name of every network that is known by its own description alone. */
export const IMPORTED = 'imported';

/**
 * A network that another program described, which a file of weights carries with it. Its own head is the default; a pyramid
 * takes the place of that head, and another number of classes another last layer.
 * @throws SppgpuError for a description that is damaged
 */
export function imported(given: ModelOptions = {}): Architecture {
  const network = given.imported;
  if (!network) throw new SppgpuError(`${IMPORTED}: its description is missing; open the file that it came in`);
  const { input, title } = network;
  const own = {
    ...{ classes: network.classes, inputSize: input.size, inputChannels: input.channels as 1 | 3, imported: network },
    ...({ pyramid: 'original', init: 'he', normalisation: 'none' } as const),
  };
  const options = resolveOptions(IMPORTED, given, { ...PAPER_DEFAULTS, ...own }, ['A']);
  for (const [option, only] of [
    ['width', 1],
    ['inputChannels', input.channels],
  ] as const) {
    if (options[option] === only) continue;
    throw new SppgpuError(`${IMPORTED}: ${option} is ${quoted(options[option])}; its layers are made for ${only}`);
  }
  const features = network.features;
  const size = options.inputSize;
  const plan = {
    net: title,
    features,
    channels: channelsOf(network, size),
    depth: 5,
    baselineBins: 6,
    hiddenLayers: 2,
  };
  return {
    name: IMPORTED,
    title,
    input: { ...input, size, resize: Math.round((input.resize * size) / input.size) },
    classes: options.classes,
    options,
    features,
    classifier: options.pyramid === 'original' ? withClasses(network, options.classes) : classifierHead(plan, options),
    depth: plan.depth,
  };
}

/** Channels of the last map. */
function channelsOf({ input, features, title }: ImportedNetwork, size: number): number {
  const start: ActivationShape = [input.channels, size, size];
  return features.reduce<ActivationShape>(
    (shape, layer) => kindOf(layer).output(layer, shape, `${title}: ${layer.name}`),
    start,
  )[0];
}

/** The head with another number of outputs of its last layer with weights. */
function withClasses({ classifier, classes }: ImportedNetwork, wanted: number): readonly LayerRecord[] {
  if (wanted === classes) return classifier;
  const last = classifier.findLastIndex(hasParameters);
  const layer = classifier[last];
  if (layer?.type === 'fc') return classifier.with(last, { ...layer, outFeatures: wanted });
  if (layer?.type === 'conv') return classifier.with(last, { ...layer, outChannels: wanted });
  throw new SppgpuError(`${IMPORTED}: its head has no layer for ${wanted} classes; give it a pyramid`);
}
