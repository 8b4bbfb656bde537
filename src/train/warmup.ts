/**
 * The share of the learning rate that a step takes: it rises linearly over the first `warmup` steps.
 * @param step steps of the run that are done
 */
export function warmupShare(step: number, warmup: number): number {
  return step >= warmup ? 1 : (step + 1) / warmup;
}
