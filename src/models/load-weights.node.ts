import { loadMatched, matchFile } from './load-weights.js';
import type { ParameterMatch } from './match-parameters.js';
import type { Network } from './network.js';
import { openWeightsFile } from './weights-file.node.js';

/**
 * Loads what a file of weights (safetensors, ONNX) has for a network, by name; halves become f32. Partial files are fine (convolutions only,
 * another head): the result says what was loaded, missing, unused, or of another shape.
 * @throws FileError if the file is unreadable, has nothing for this network, or a weight for it that is not finite
 */
export async function loadWeights(network: Network, path: string): Promise<ParameterMatch> {
  const file = await openWeightsFile(path);
  try {
    const match = matchFile(network.architecture, file);
    await loadMatched(network, file, match);
    return match;
  } finally {
    await file.close();
  }
}
