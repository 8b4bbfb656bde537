import { finiteFloat32 } from '../io/float32.js';
import type { StateEntry } from '../nn/state-dict.js';
import { FileError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';
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
export function matchFile(
  architecture: Architecture,
  { path, header }: { readonly path: string; readonly header: Pick<WeightsFile['header'], 'entries'> },
): ParameterMatch {
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

/**
 * Refuses a file that lacks weights.
 * @param needed names of those that must be there; without it, all
 */
export function requireWeights(match: ParameterMatch, path: string, needed?: readonly string[]): void {
  const fresh = [...match.missing, ...match.mismatched.map(({ target }) => target)];
  const lacking = fresh.filter((name) => needed?.includes(name) ?? true);
  if (lacking.length === 0) return;
  throw new FileError(
    path,
    `lacks ${lacking.length} weights (${someNames(lacking)})`,
    'give complete weights of this net',
  );
}

/** The first of some names as text, and how many there are besides. */
export function someNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 6).map((name) => printable(name, 80));
  return `${shown.join(', ')}${names.length > 6 ? `, and ${names.length - 6} more` : ''}`;
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
