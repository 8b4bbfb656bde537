import { SppgpuError } from '../runtime/errors.js';
import type { Architecture } from './architecture.js';
import { activationOf, hasParameters, type LayerRecord, levelsOf, spp } from './layers/index.js';
import { traceLayers } from './trace.js';

/** The usual finest level, for nets whose own head has no pyramid to take it from. */
const DEFAULT_BINS = 6;

/** The number in `conv5`, `fire9`: what the layer behind the convolutions is called after. */
function depthOf(architecture: Architecture): string {
  if (architecture.depth !== undefined) return `${architecture.depth}`;
  const blocks = architecture.features.filter(hasParameters);
  return /\d+$/.exec(blocks.at(-1)?.name ?? '')?.[0] ?? '';
}

/**
 * Names that `featureLayers` takes for a net, in order: every block with weights but the last (the class scores),
 * `pool5` (finest level alone) and `spp` (all levels).
 */
export function featureLayerNames(architecture: Architecture): string[] {
  const weighted = (layers: readonly LayerRecord[]): string[] =>
    layers.filter(hasParameters).map((layer) => layer.name);
  return [
    ...weighted(architecture.features),
    `pool${depthOf(architecture)}`,
    'spp',
    ...weighted(architecture.classifier).slice(0, -1),
  ];
}

/**
 * The records that compute a feature for transfer (paper 3.2, 3.3): a layer by name together with its ReLU, `pool5`
 * (pool7, pool9) for the finest pyramid level alone and `spp` for the whole pyramid; both pool maps of any size.
 * @param levels pyramid to use where the net's own head has none
 * @throws SppgpuError listing the names there are
 */
export function featureLayers(
  architecture: Architecture,
  name: string,
  levels: readonly number[] = [1, 2, 3, DEFAULT_BINS],
): LayerRecord[] {
  const { features, classifier } = architecture;
  const pyramid = classifier.map(levelsOf).find((own) => own !== undefined) ?? levels;
  if (name === 'spp' || name === `spp${depthOf(architecture)}`) return [...features, spp(name, pyramid)];
  if (name === `pool${depthOf(architecture)}`) return [...features, spp(name, [Math.max(...pyramid)])];
  const all = [...features, ...classifier];
  const index = all.findIndex((layer) => layer.name === name);
  if (index < 0 || !featureLayerNames(architecture).includes(name)) {
    throw new SppgpuError(
      `${architecture.name}: no feature layer ${name}; there are ${featureLayerNames(architecture).join(', ')}`,
    );
  }
  return all.slice(0, activationOf(all[index + 1]) ? index + 2 : index + 1);
}

/** Names of the weights that some feature layers need, as a state dict has them. Throws as `featureLayers`. */
export function featureParameters(architecture: Architecture, names: readonly string[]): string[] {
  const needed = new Set(names.flatMap((name) => featureLayers(architecture, name).map((layer) => layer.name)));
  return traceLayers(architecture)
    .filter(({ layer }) => needed.has(layer.name))
    .flatMap(({ parameters }) => parameters.map(({ name }) => name));
}
