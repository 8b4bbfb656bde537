import type { SavedTensorHooks } from '../autograd/saved-tensors.js';
import { cast } from '../ops/cast.js';

/** Below this a cast costs more than the memory it frees. */
const LEAST_ELEMENTS = 4096;

/**
 * Keeps activations that wait for the backward pass as halves: half the memory, f32 arithmetic. Parameters stay as they
 * are, since they are shared, not copied. Values beyond 65,504 become infinite: use it with normalised inputs.
 */
export const saveAsHalves: SavedTensorHooks = {
  pack: (saved) =>
    saved.dtype === 'f32' && saved.size >= LEAST_ELEMENTS && saved.node !== null ? cast(saved, 'f16') : saved,
  unpack: (packed) => cast(packed, 'f32'),
};
