import { finiteFloat32 } from '../io/safetensors.js';
import type { StateEntry } from '../nn/state-dict.js';
import { FileError } from '../runtime/errors.js';
import type { Architecture } from './architecture.js';
import { matchParameters, type ParameterMatch } from './match-parameters.js';
import { weightEntries, weightPrefix } from './model-format.js';
import type { Network } from './network.js';
import { parameterSpecs } from './trace.js';
import type { WeightsFile } from './weights-file.js';

/**
 * What a file has for a net, from its header alone.
 * @throws FileError if it has nothing
 */
export function matchFile(architecture: Architecture, { path, header }: WeightsFile): ParameterMatch {
  const available = new Map([...weightEntries(header.entries)].map(([name, { shape }]) => [name, shape]));
  const match = matchParameters(parameterSpecs(architecture), available);
  if (match.matched.length > 0) return match;
  const names = [...header.entries.keys()].slice(0, 3);
  throw new FileError(
    path,
    `has no weights for ${architecture.name} (it holds ${names.join(', ') || 'nothing'})`,
    'give weights of this net',
  );
}

/** Loads what was matched; halves become f32. @throws FileError for a weight that is not finite */
export async function loadMatched(network: Network, file: WeightsFile, { matched }: ParameterMatch): Promise<void> {
  const prefix = weightPrefix(file.header.entries);
  const state = new Map<string, StateEntry>();
  for (const { target, source } of matched) {
    const stored = await file.read(prefix + source);
    state.set(target, { shape: stored.shape, data: finiteFloat32(stored, source, file.path) });
  }
  network.loadStateDict(state, { strict: false });
}
