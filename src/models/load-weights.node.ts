import { finiteFloat32 } from '../io/safetensors.js';
import { SafetensorsFile } from '../io/safetensors.node.js';
import type { StateEntry } from '../nn/state-dict.js';
import { FileError } from '../runtime/errors.js';
import { matchParameters, type ParameterMatch } from './match-parameters.js';
import type { Network } from './network.js';
import { parameterSpecs } from './trace.js';

/** Checkpoints of this program keep weights under this prefix, beside the optimizer's state. */
export const CHECKPOINT_PREFIX = 'model.';

/** Tensors beside the weights, such as the mean picture, in checkpoints and in exports of them. */
export const DATA_PREFIX = 'data.';

/**
 * Loads what a safetensors file has for a network, by name; halves become f32. Partial files are fine (convolutions only,
 * another head): the result says what was loaded, missing, unused, or of another shape.
 * @throws FileError if the file is unreadable, has nothing for this network, or a weight for it that is not finite
 */
export async function loadWeights(network: Network, path: string): Promise<ParameterMatch> {
  const file = await SafetensorsFile.open(path);
  try {
    const all = [...file.header.entries].map(([name, { shape }]) => ({ name, shape }));
    const isCheckpoint = all.some(({ name }) => name.startsWith(CHECKPOINT_PREFIX));
    const prefix = isCheckpoint ? CHECKPOINT_PREFIX : '';
    const available = new Map(
      all
        .filter(({ name }) => name.startsWith(prefix) && !name.startsWith(DATA_PREFIX))
        .map(({ name, shape }) => [name.slice(prefix.length), shape]),
    );
    const match = matchParameters(parameterSpecs(network.architecture), available);
    if (match.matched.length === 0) {
      const names = all.slice(0, 3).map(({ name }) => name);
      throw new FileError(
        path,
        `has no weights for ${network.architecture.name} (it holds ${names.join(', ') || 'nothing'})`,
        'give weights of this net',
      );
    }
    const state = new Map<string, StateEntry>();
    for (const { target, source } of match.matched) {
      const stored = await file.read(prefix + source);
      state.set(target, { shape: stored.shape, data: finiteFloat32(stored, source, path) });
    }
    network.loadStateDict(state, { strict: false });
    return match;
  } finally {
    await file.close();
  }
}
