import { Interrupted } from './errors.js';

/** What the first Ctrl-C does to a command. */
type Ending = 'saves' | 'stops';

const NOTICE: Readonly<Record<Ending, string>> = {
  saves: 'stopping after this step, then saving',
  stops: 'stopping',
};

/**
 * Runs work with a signal that aborts, with `Interrupted` as its reason, at the first Ctrl-C (or SIGTERM); a second one
 * ends the process at once.
 * @param ending `saves`: the work catches the signal, saves, and throws an `Interrupted` that says how to go on
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ending: Ending = 'stops',
): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write(`\nsppgpu: ${NOTICE[ending]} (Ctrl-C again to quit at once)\n`);
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
