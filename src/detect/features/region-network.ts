import type { Architecture } from '../../models/architecture.js';
import { hasParameters, type LayerRecord, spp } from '../../models/layers/index.js';
import type { Network } from '../../models/network.js';
import { traceLayers } from '../../models/trace.js';
import type { Module } from '../../nn/module.js';
import { Sequential } from '../../nn/sequential.js';
import type { PrepareOptions } from '../../ops/prepare-pictures.js';
import { SppgpuError } from '../../runtime/errors.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { quoted } from '../../runtime/quote.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Name of the pooled vectors among the layers: the whole pyramid, what the paper's Table 9 calls pool5. */
export const POOLED = 'spp';

/** The paper's pyramid for detection: 50 bins. */
export const DETECTION_LEVELS: readonly number[] = [1, 2, 3, 6];

/** Layers that a detector of this net can take its features from: `spp`, then the hidden fully connected ones. */
export function regionLayers({ classifier }: Architecture): string[] {
  if (classifier[0]?.type !== 'spp') return [POOLED];
  const connected = classifier.filter(hasParameters).map(({ name }) => name);
  // Scores are what no ReLU stands behind; a net that was cut for a detector has none.
  return [POOLED, ...(hasParameters(classifier.at(-1)!) ? connected.slice(0, -1) : connected)];
}

/**
 * The part of a net that a detector needs: the convolutions, a pyramid, and the fully connected layers up to `layer` with its
 * ReLU. A net whose own head is not a pyramid keeps its convolutions only.
 * @param levels of the pyramid, where the net's own head has none
 * @throws SppgpuError listing the layers there are
 */
export function regionArchitecture(
  architecture: Architecture,
  layer: string,
  levels: readonly number[] = DETECTION_LEVELS,
): Architecture {
  const layers = regionLayers(architecture);
  if (!layers.includes(layer)) {
    throw new SppgpuError(
      `detector: ${architecture.name} has no layer ${quoted(layer)} for windows; there are ${layers.join(', ')}`,
    );
  }
  const [pyramid] = architecture.classifier;
  if (layer === POOLED) {
    return { ...architecture, classifier: [pyramid?.type === 'spp' ? pyramid : spp(POOLED, levels)] };
  }
  return { ...architecture, classifier: throughRelu(architecture.classifier, layer) };
}

function throughRelu(layers: readonly LayerRecord[], last: string): LayerRecord[] {
  const index = layers.findIndex(({ name }) => name === last);
  return layers.slice(0, layers[index + 1]?.type === 'relu' ? index + 2 : index + 1);
}

const PREPARE_NAMES: OptionNames<PrepareOptions> = { mean: true };

/** A network as a detector uses it: maps of whole pictures, vectors of windows on them, fully connected layers behind. */
export class RegionNetwork {
  readonly levels: readonly number[];
  /** Values of a pooled vector. */
  readonly pooledDimension: number;
  /** Values of a feature: what `head` makes of a pooled vector. */
  readonly dimension: number;
  private readonly connected: Sequential | null;

  /**
   * @param network stays the caller's; its mode (dropout) too
   * @param layer `spp`, or a fully connected layer such as `fc7`, taken with its ReLU
   * @param levels of the pyramid, where the net's own head has none
   * @throws SppgpuError for a layer that the net does not have
   */
  constructor(
    readonly network: Network,
    readonly layer: string,
    readonly preparation: PrepareOptions = {},
    levels?: readonly number[],
  ) {
    checkOptions('RegionNetwork', preparation, PREPARE_NAMES);
    const part = regionArchitecture(network.architecture, layer, levels);
    const [pyramid] = part.classifier;
    this.levels = pyramid!.type === 'spp' ? pyramid!.levels : [];
    const traced = traceLayers(part);
    const size = (index: number): number => traced.at(index)!.output.reduce((product: number, n) => product * n, 1);
    this.pooledDimension = size(part.features.length);
    this.dimension = size(-1);
    const wanted = new Set(part.classifier.slice(1).map(({ name }) => name));
    const modules: [string, Module][] = [...network.classifier.children()].filter(([name]) => wanted.has(name));
    this.connected = modules.length > 0 ? new Sequential(new Map(modules)) : null;
  }

  get architecture(): Architecture {
    return this.network.architecture;
  }

  /** Features `[R, dimension]` of pooled vectors `[R, pooledDimension]`; those themselves where no layer stands behind them. */
  head(pooled: Tensor): Tensor {
    const { connected } = this;
    return connected ? scope(() => connected.forward(pooled)) : pooled;
  }
}
