import type { Architecture, ArchitectureInput, ModelSettings } from './architecture.js';
import { classifierHead } from './heads.js';
import type { LayerRecord } from './layers/index.js';
import { paperInput } from './paper-defaults.js';

/** The convolutions of a net, and what stands behind them. */
export interface PyramidNet {
  readonly name: string;
  readonly title: string;
  readonly features: readonly LayerRecord[];
  /** Channels of the last map. */
  readonly channels: number;
  /** Number of the last convolution: 5 gives pool5, fc6, fc7, fc8. */
  readonly depth: number;
  /** Bins per side of the pool that stands in for the pyramid; 6 in the paper. */
  readonly baselineBins?: number;
  /** Hidden fully connected layers behind the pool; 2 in the paper. */
  readonly hiddenLayers?: number;
  /** What it takes pictures as; as the paper does, by default. */
  readonly input?: ArchitectureInput;
  /** A head that it was published with, where that is asked for. */
  readonly classifier?: readonly LayerRecord[] | undefined;
}

/** An architecture out of convolutions: with the paper's input and head, where it has none of its own. */
export function pyramidNet(net: PyramidNet, options: ModelSettings): Architecture {
  const { name, title, features, channels, depth, baselineBins = 6, hiddenLayers = 2 } = net;
  const plan = { net: name, features, channels, depth, baselineBins, hiddenLayers };
  return {
    ...{ name, title, classes: options.classes, options, features },
    input: net.input ?? paperInput(options),
    classifier: net.classifier ?? classifierHead(plan, options),
  };
}
