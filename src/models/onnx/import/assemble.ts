import { graph, isJoin } from '../../layers/foreign.js';
import {
  type GraphPart,
  type GraphStep,
  globalAveragePool,
  hasParameters,
  type JoinLayer,
  type LayerRecord,
} from '../../layers/index.js';
import { problem } from './problem.js';
import type { ParameterSource, Step, Steps } from './steps.js';

/** The layers of a network in order, and where the values of their parameters come from (by names without a section). */
export interface Assembled {
  readonly features: readonly LayerRecord[];
  readonly classifier: readonly LayerRecord[];
  /** By the name in a state dict: `features.conv1.weight`. */
  readonly parameters: ReadonlyMap<string, ParameterSource>;
}

const PARTS: Readonly<Record<GraphPart['type'], true>> = {
  ...{ activation: true, adaptiveavgpool: true, avgpool: true, batchnorm: true, border: true, conv: true },
  ...{ dropout: true, fc: true, flatten: true, globalAveragePool: true, lrn: true, maxpool: true, prelu: true },
  ...{ relu: true, spp: true },
};

const isPart = (layer: Step['layer']): layer is GraphPart | JoinLayer =>
  isJoin(layer) || Object.hasOwn(PARTS, layer.type);

/** Kinds that make a vector. */
const VECTORS: readonly string[] = ['fc', 'flatten', 'globalAveragePool', 'spp'];

/** Whether a head begins with a layer. */
const beginsHead = (layer: LayerRecord): boolean =>
  layer.type === 'graph'
    ? layer.nodes.some((node) => VECTORS.includes(node.layer.type))
    : layer.type === 'adaptiveavgpool' || VECTORS.includes(layer.type);

/**
 * Steps as the lists of an architecture. Between two places that all goes through, what branches is one layer.
 * @throws FileError for branches that cannot be one
 */
export function assemble(steps: Steps, output: number, path: string): Assembled {
  const runs = segments(reachable(steps.list, output), steps.list).map((places) => ({
    places,
    layer: layerOf(places, steps, path),
  }));
  const layers = runs.map(({ layer }) => layer);
  const start = headStart(layers);
  const [features, classifier] = [layers.slice(0, start), layers.slice(start)];
  if (!features.some(hasParameters)) throw problem(path, 'has no convolutions before its head');
  const parameters = new Map<string, ParameterSource>();
  for (const [i, { places, layer }] of runs.entries()) {
    for (const place of places) {
      const step = steps.list[place]!;
      const inner = step.layer === layer ? '' : `${step.layer.name}.`;
      for (const [name, source] of Object.entries(step.parameters)) {
        parameters.set(`${i < start ? 'features' : 'classifier'}.${layer.name}.${inner}${name}`, source);
      }
    }
  }
  // The maps themselves are no classes; their means are what may be asked for.
  const head = classifier.length > 0 ? classifier : [globalAveragePool(steps.name('average', undefined))];
  return { features, classifier: head, parameters };
}

/** Places of the steps that the output is made of, in order. */
function reachable(list: readonly Step[], output: number): number[] {
  const found = new Set<number>();
  const open = [output];
  while (open.length > 0) {
    const place = open.pop()!;
    if (place < 0 || found.has(place)) continue;
    found.add(place);
    open.push(...list[place]!.inputs);
  }
  return [...found].sort((a, b) => a - b);
}

/** Runs of steps that end where nothing but their last output goes on. */
function segments(needed: readonly number[], list: readonly Step[]): number[][] {
  /** The last step that takes an output; the pictures are at -1. */
  const lastUse = new Map<number, number>();
  for (const place of needed) for (const input of list[place]!.inputs) lastUse.set(input, place);
  const found: number[][] = [];
  let current: number[] = [];
  let openUntil = lastUse.get(-1) ?? 0;
  for (const place of needed) {
    current.push(place);
    if (openUntil <= place) {
      found.push(current);
      current = [];
    }
    openUntil = Math.max(openUntil, lastUse.get(place) ?? place);
  }
  return found;
}

function layerOf(segment: readonly number[], steps: Steps, path: string): LayerRecord {
  const { list } = steps;
  const [{ layer: first }] = segment.map((place) => list[place]!) as [Step];
  if (segment.length === 1 && !isJoin(first)) return first;
  const places = new Map(segment.map((place, i) => [place, i]));
  const nodes = segment.map((place): GraphStep => {
    const { layer, inputs } = list[place]!;
    if (!isPart(layer)) throw problem(path, `has a branch with ${layer.name}; that may not branch`);
    return { layer, inputs: inputs.map((input) => places.get(input) ?? -1) };
  });
  return graph(steps.name('block', undefined), nodes);
}

/**
 * Where the head begins: at the first layer that ends the map, with the pool right before it, as SPP-net has it; where nothing behind
 * that has weights, at the last layer that has.
 */
function headStart(layers: readonly LayerRecord[]): number {
  let start = layers.findIndex(beginsHead);
  if (start < 0) return layers.length;
  const last = layers.findLastIndex(hasParameters);
  // A head without weights takes the last convolution, where that is not the only one.
  if (last < start && layers.slice(0, last).some(hasParameters)) start = last;
  while (start > 0 && ['border', 'dropout', 'maxpool'].includes(layers[start - 1]!.type)) start -= 1;
  return Math.max(0, start);
}
