/**
 * Dawn's Node binding re-schedules a poll with `setImmediate` for as long as a promise waits: a busy loop that takes
 * a core from an adapter that computes on the CPU (1.5x on two cores). While one of our waits is open, Dawn's own
 * callbacks, recognised by their native source, are slowed to one a millisecond after a short spin.
 * Nothing else is touched, and the original function is back as soon as nobody waits.
 */
const SPINS = 40;
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;

let waiting = 0;
let spins = 0;
let original: typeof setImmediate | null = null;

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
  const real = globalThis.setImmediate;
  original = real;
  const throttled = (callback: (...args: unknown[]) => void, ...args: unknown[]) => {
    const isDawn = args.length === 0 && callback.name === '' && NATIVE.test(Function.prototype.toString.call(callback));
    if (isDawn && spins++ >= SPINS) return setTimeout(callback, 1) as unknown as NodeJS.Immediate;
    return real(callback, ...args);
  };
  globalThis.setImmediate = Object.assign(throttled, real) as typeof setImmediate;
}

function uninstall(): void {
  if (original) globalThis.setImmediate = original;
  original = null;
}
