/**
 * The timer that every runner shares. One sample is the wall-clock time of `inner` executions, queued without waiting
 * and ended by one wait for the GPU, divided by `inner`; no result is read back inside it.
 */

/** A sample should last at least this long, so that the end's polling (1 ms) does not show. */
const SAMPLE_MS = 60;
const MOST_INNER = 100;

/** Wall-clock milliseconds of `inner` executions and the wait for them, per execution. */
async function sample(instance, inner) {
  const start = performance.now();
  for (let i = 0; i < inner; i++) await instance.step();
  await instance.wait();
  return (performance.now() - start) / inner;
}

/** First execution of an instance: shader compilation included (drivers may hold a disk cache of their own). */
export function timeCold(instance) {
  return sample(instance, 1);
}

/** @returns how many executions make one sample long enough; the run that finds out also warms up. */
export async function calibrate(instance) {
  const ms = await sample(instance, 1);
  return Math.max(1, Math.min(MOST_INNER, Math.round(SAMPLE_MS / ms)));
}

/**
 * Takes up to `samples` samples, fewer when `budgetMs` runs out first, at least one.
 * @returns milliseconds per execution, one number a sample.
 */
export async function timeSamples(instance, { inner, samples, budgetMs }) {
  const start = performance.now();
  const ms = [];
  do ms.push(await sample(instance, inner));
  while (ms.length < samples && performance.now() - start < budgetMs);
  return ms;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What a case's samples say: median, fastest and slowest, rates. */
export function summarise({ flops, bytes, images, ops }, samples) {
  const ms = median(samples);
  return {
    ms,
    spread: [Math.min(...samples), Math.max(...samples)],
    samples: samples.length,
    gflops: flops / ms / 1e6,
    gbps: bytes / ms / 1e6,
    ...(images ? { imagesPerSecond: (1000 * images) / ms } : {}),
    ...(ops ? { microsecondsPerOp: (1000 * ms) / ops } : {}),
  };
}
