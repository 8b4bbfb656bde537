/** How an epoch's loading went. Shares are parts of the epoch's wall time, 0 to 1. */
export interface LoaderStats {
  /** Pictures delivered. */
  images: number;
  /** Unreadable pictures left out in this epoch. */
  skipped: number;
  seconds: number;
  /** The consumer waited for pictures; work that it had queued on the device may still have run. */
  deviceWaitShare: number;
  /** The decoders waited because enough pictures were ready. */
  loaderWaitShare: number;
  /** Pictures per second that one decoder manages while it is busy; 0 when nothing was decoded (see DecodeCache). */
  imagesPerSecondPerWorker: number;
  workers: number;
}

/** One line for people: who waited for whom. */
export function describeLoaderStats(stats: LoaderStats): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const { imagesPerSecondPerWorker: perWorker, workers } = stats;
  const rate =
    perWorker > 0 ? `${perWorker.toFixed(0)} images/s per worker (${workers})` : 'every picture kept decoded';
  const skipped = stats.skipped > 0 ? `, ${stats.skipped} unreadable skipped` : '';
  const waits = `training waited for pictures ${percent(stats.deviceWaitShare)}, decoders idle ${percent(stats.loaderWaitShare)}`;
  return `${waits}, ${rate}${skipped}`;
}
