import { checkOptions } from '../runtime/options.js';
import { refusePromise } from '../tensor/scope.js';

let recording = true;
let casting = false;

/** Runs `work`, which is synchronous, without recording a graph. @throws SppgpuError if it returns a promise. */
export function noGrad<T>(work: () => T): T {
  const before = recording;
  recording = false;
  try {
    return refusePromise('noGrad', work());
  } finally {
    recording = before;
  }
}

/** True while ops record what their gradient needs. */
export function isGradEnabled(): boolean {
  return recording;
}

export interface AutocastOptions {
  /** False: a part of an `autocast` that stays in f32. Default true. */
  readonly enabled?: boolean;
}

/**
 * Runs `work`, which is synchronous, with the operands of `matmul`, `linear`, `einsum` and `conv2d` rounded to f16: PyTorch's
 * `autocast`. The casts are part of the graph, so that gradients of f32 weights are f32. All results are f32, since the sums are
 * and all other ops take f32: nothing has to be cast back, and no sum, loss or normalisation is rounded. `backward()` rounds in
 * the ops that did so in `work`, wherever it is called. Gradients below 6e-8 vanish and those beyond 65504 become infinite where they
 * are rounded: `GradScaler` sees to both.
 * @throws SppgpuError if `work` returns a promise
 */
export function autocast<T>(work: () => T, options: AutocastOptions = {}): T {
  checkOptions<AutocastOptions>('autocast', options, { enabled: true });
  const before = casting;
  casting = options.enabled ?? true;
  try {
    return refusePromise('autocast', work());
  } finally {
    casting = before;
  }
}

/** True inside `autocast`. */
export function isAutocastEnabled(): boolean {
  return casting;
}
