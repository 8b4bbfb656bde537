/**
 * What a pipeline must know of runs of cells (`run.wgsl`): how many cells they have, and which of the lowest two bits their places may
 * have, which are sums of multiples of `steps`.
 */
export function runOverrides(columns: number, steps: readonly number[]) {
  const all = (divisor: number) => steps.every((step) => step % divisor === 0);
  return { COLUMNS: columns, PHASES: all(4) ? 0 : all(2) ? 2 : 3 };
}
