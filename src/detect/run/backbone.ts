import type { Architecture } from '../../models/architecture.js';
import { hasParameters } from '../../models/layers/index.js';
import { loadMatched, matchFile } from '../../models/load-weights.js';
import type { ParameterMatch } from '../../models/match-parameters.js';
import { Network } from '../../models/network.js';
import { restorePreparation } from '../../models/preparation.js';
import { buildArchitecture } from '../../models/registry.js';
import { storedPreparation } from '../../models/stored-preparation.js';
import { describeFile, readData, type WeightsFile } from '../../models/weights-file.js';
import type { PrepareOptions } from '../../ops/prepare-pictures.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import type { Generator } from '../../tensor/generator.js';

export interface TunedHead {
  /** Classes of the data; one output more is for the background. */
  readonly classes: number;
  /** Width of the hidden layers, where the net's own do not fit. */
  readonly hidden: number;
  /** Bins per side of each level, where the net's own head is not a pyramid. */
  readonly levels: readonly number[];
}

/**
 * The net whose fully connected layers are tuned to windows: the given one, with an output for each class and the background.
 * Where its own head is not a pyramid, two fresh hidden layers stand on one.
 */
export function tunedArchitecture(
  { name, options }: Architecture,
  { classes, hidden, levels }: TunedHead,
): Architecture {
  const own = Array.isArray(options.pyramid);
  const outputs = classes + 1;
  if (own) return buildArchitecture(name, { ...options, classes: outputs });
  return buildArchitecture(name, { ...options, classes: outputs, pyramid: levels, hidden, init: 'he' });
}

export interface Backbone {
  readonly network: Network;
  readonly preparation: PrepareOptions;
  /** Parameters that the file did not have: they are fresh. */
  readonly fresh: readonly string[];
}

/**
 * A network of an architecture with the weights that a file has for it. Scores of the file's own classes are not taken.
 * @param tuned whether layers behind the convolutions may be fresh
 * @throws FileError where weights of the convolutions (or, untuned, any) are missing
 */
export async function openBackbone(
  file: WeightsFile,
  device: Device,
  architecture: Architecture,
  tuned: boolean,
  generator: Generator,
): Promise<Backbone> {
  const { match, fresh } = matchBackbone(file, architecture, tuned);
  const description = describeFile(file);
  const network = new Network(architecture, { device, generator }).eval();
  try {
    await loadMatched(network, file, match);
    const preparation = description
      ? restorePreparation(device, storedPreparation(description.run, file.path), await readData(file))
      : {};
    return { network, preparation, fresh };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/**
 * What a file has for a backbone, from its header alone, and the names of the weights that are drawn anew.
 * @throws FileError where weights are lacking
 */
export function matchBackbone(
  file: WeightsFile,
  architecture: Architecture,
  tuned: boolean,
): { readonly match: ParameterMatch; readonly fresh: readonly string[] } {
  const match = withoutScores(matchFile(architecture, file), architecture, tuned);
  const fresh = [...match.missing, ...match.mismatched.map(({ target }) => target)];
  const lacking = fresh.filter((name) => !tuned || name.startsWith('features.'));
  if (lacking.length === 0) return { match, fresh };
  const some = `${lacking.slice(0, 4).join(', ')}${lacking.length > 4 ? ', ...' : ''}`;
  throw new FileError(file.path, `lacks ${lacking.length} weights (${some})`, 'give complete weights of this net');
}

/** The last layer of a head that is tuned is for other classes, also where their number happens to be the same. */
function withoutScores(match: ParameterMatch, { classifier }: Architecture, tuned: boolean): ParameterMatch {
  if (!tuned) return match;
  const last = classifier.findLast(hasParameters)?.name;
  const isScore = ({ target }: { target: string }): boolean => target.startsWith(`classifier.${last}.`);
  const scores = match.matched.filter(isScore).map(({ target }) => target);
  return { ...match, matched: match.matched.filter((one) => !isScore(one)), missing: [...match.missing, ...scores] };
}
