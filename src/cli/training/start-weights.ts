import { requireWeights } from '../../models/load-weights.js';
import { loadWeights } from '../../models/load-weights.node.js';
import type { Network } from '../../models/network.js';
import { describeModel } from '../model-file.js';
import { reportMatch } from '../model-options.js';
import { say } from '../output.js';

/** Options that change what weights of the same shape mean; `init` sets the scale of the input. */
const MEANING = ['init', 'normalisation', 'padding'] as const;

/**
 * Starts a network from a file, as far as names and shapes agree, and says what it did not take, or what may not fit.
 * @param frozen parameters that stay as the file has them
 * @throws FileError where one of those is not in the file
 */
export async function startFrom(network: Network, file: string, frozen: readonly string[]): Promise<void> {
  const match = await loadWeights(network, file);
  requireWeights(match, file, frozen);
  reportMatch(match, file);
  const description = await describeModel(file);
  const { name, options } = network.architecture;
  const own = description?.model.options;
  const other = own && MEANING.filter((option) => own[option] !== undefined && own[option] !== options[option]);
  if (!other || other.length === 0) return;
  const [theirs, ours] = [own, options].map((from) => other.map((option) => `${option} ${from[option]}`).join(', '));
  say(`${file}: its weights were trained with ${theirs}; this ${name} has ${ours}, to which they may not fit`);
}
