import { setTimeout } from 'node:timers';

/**
 * Dawn's Node binding re-schedules a poll with `setImmediate` for as long as a promise waits: a busy loop that takes
 * a core from an adapter that computes on the CPU (1.5x on two cores). While one of our waits is open, Dawn's own
 * callbacks, recognised by their native source, are slowed to one per millisecond after a short spin.
 * Nothing else is touched, and the original function is back as soon as nobody waits. Where somebody else has patched
 * `setImmediate` over ours meanwhile, theirs stays: ours lies below it and passes everything on while nobody waits.
 */
const SPINS = 40;
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;

let waiting = 0;
let spins = 0;
/** Our function and the one below it, while ours is in use or covered by somebody else's. */
let patch: { readonly ours: typeof setImmediate; readonly below: typeof setImmediate } | null = null;
/** Somebody else's function that was found over ours. */
let cover: typeof setImmediate | null = null;

export async function withThrottledPolling<T>(promise: Promise<T>): Promise<T> {
  spins = 0;
  if (waiting++ === 0) install();
  try {
    return await promise;
  } finally {
    if (--waiting === 0) uninstall();
  }
}

function install(): void {
  const below = globalThis.setImmediate;
  if (patch && (below === cover || below === patch.ours)) return;
  const throttled = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    const isDawn =
      waiting > 0 &&
      args.length === 0 &&
      callback.name === '' &&
      NATIVE.test(Function.prototype.toString.call(callback));
    if (isDawn && spins++ >= SPINS) return setTimeout(callback, 1) as unknown as NodeJS.Immediate;
    return below(callback, ...args);
  };
  patch = { ours: Object.assign(throttled, below) as typeof setImmediate, below };
  cover = null;
  globalThis.setImmediate = patch.ours;
}

function uninstall(): void {
  if (!patch) return;
  if (globalThis.setImmediate === patch.ours) {
    globalThis.setImmediate = patch.below;
    patch = null;
  } else {
    cover = globalThis.setImmediate;
  }
}
