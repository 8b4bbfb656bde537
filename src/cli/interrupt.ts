import { Interrupted } from './errors.js';

/**
 * Runs work with a signal that aborts, with `Interrupted` as its reason, at the first Ctrl-C (or SIGTERM); a second one
 * ends the process at once. Work that can save catches the signal and throws an `Interrupted` that says how to go on.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\nsppgpu: stopping; what this command saves is saved first (Ctrl-C again to quit at once)\n');
    controller.abort(new Interrupted('stopped before the end; run the command again for its result'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
