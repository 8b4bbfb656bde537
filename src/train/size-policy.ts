import { itemRng, PURPOSE } from '../data/rng.js';
import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';

/**
 * Which input size an epoch trains at (paper section 3.3): always one; a list, one after the other; or uniformly random
 * in a range, drawn anew every epoch. Weights are shared: with a pyramid head they do not depend on the size.
 */
export type SizePolicy =
  | { readonly kind: 'single'; readonly size: number }
  | { readonly kind: 'alternate'; readonly sizes: readonly number[] }
  | { readonly kind: 'random'; readonly from: number; readonly to: number };

/** The side, in pixels, of every input of an epoch (counted from 0). Depends on seed and epoch alone. */
export function sizeOfEpoch(policy: SizePolicy, epoch: number, seed: number): number {
  if (policy.kind === 'single') return policy.size;
  if (policy.kind === 'alternate') return policy.sizes[epoch % policy.sizes.length]!;
  return policy.from + itemRng(seed, PURPOSE.inputSize, epoch, 0).int(policy.to - policy.from + 1);
}

/** Every size that a policy can ask for: all must fit the network. */
export function sizesOf(policy: SizePolicy): number[] {
  if (policy.kind === 'single') return [policy.size];
  if (policy.kind === 'alternate') return [...policy.sizes];
  return Array.from({ length: policy.to - policy.from + 1 }, (_, i) => policy.from + i);
}

/** A policy as people write it: `224`, `224,180` or `180-224`. @throws SppgpuError for anything else. */
export function parseSizePolicy(text: string): SizePolicy {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range && Number(range[1]) <= Number(range[2]))
    return { kind: 'random', from: Number(range[1]), to: Number(range[2]) };
  const sizes = text.split(',').map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1)) {
    throw new SppgpuError(
      `sizes: ${quoted(text)} is not usable; write 224, 224,180 (one after the other) or 180-224 (random every epoch)`,
    );
  }
  return sizes.length === 1 ? { kind: 'single', size: sizes[0]! } : { kind: 'alternate', sizes };
}
