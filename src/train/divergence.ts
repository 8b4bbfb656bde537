import { SppgpuError } from '../runtime/errors.js';

/**
 * The error of a run whose numbers are no longer finite.
 * @param step batches of the epoch (counted from 0) that are done
 */
export function divergence(problem: string, epoch: number, step: number): SppgpuError {
  const when = step === 0 ? `after epoch ${epoch}` : `by step ${step} of epoch ${epoch + 1}`;
  return new SppgpuError(
    `training diverged: ${problem} ${when}; use a smaller learning rate, from the start or from the last checkpoint, if there is one (its weights are finite)`,
  );
}
