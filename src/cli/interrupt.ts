import { Interrupted } from './errors.js';
import { ignoresHangup, survivesLostTerminal } from './hangup.js';
import { goOnWithoutReader, outputLost, say } from './output.js';
import { statusLine } from './status-line.js';

/** What the first signal does to a command. */
type Ending = 'saves' | 'stops';

const NOTICE: Readonly<Record<Ending, string>> = {
  saves: 'stopping after this step, then saving',
  stops: 'stopping',
};

/** Ctrl-C, the end that a supervisor asks for, Ctrl-\ and a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const;

/**
 * A second signal within this time is the same wish: npm hands on the Ctrl-C that the terminal has sent to both of them, and
 * a closing terminal sends SIGHUP twice.
 */
const SAME_WISH_MS = 500;

/** Turned off while work runs that cannot be stopped in between (see `endingAtOnce`). */
let listening: { on(): void; off(): void } | null = null;

/**
 * Lets a process that was started with `nohup` outlive its terminal, whatever it does, and any process end in good order after
 * its terminal. To be called first of all.
 */
export function outliveTerminal(): void {
  survivesLostTerminal();
  if (ignoresHangup()) process.on('SIGHUP', () => {});
}

/**
 * Runs work with a signal that aborts, with `Interrupted` as its reason, at the first Ctrl-C (SIGINT), SIGTERM, SIGQUIT or
 * SIGHUP (unless that is ignored); a second one, SIGHUP aside, ends the process at once. It also aborts when stdout is lost.
 * @param ending `saves`: the work catches the signal, saves, and throws an `Interrupted` that says how to go on; it goes on
 * without a reader of stdout
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  ending: Ending = 'stops',
): Promise<T> {
  if (ending === 'saves') goOnWithoutReader();
  const controller = new AbortController();
  let first = Number.NaN;
  const onSignal = (signal: NodeJS.Signals) => {
    if (!Number.isNaN(first)) {
      if (signal !== 'SIGHUP' && performance.now() - first >= SAME_WISH_MS) endAtOnce(signal);
      return;
    }
    first = performance.now();
    say(`sppgpu: ${NOTICE[ending]} (Ctrl-C again to quit at once)`);
    controller.abort(new Interrupted('stopped before the end; run the command again for its result'));
  };
  const onLost = () => controller.abort(outputLost.reason);
  const heard = SIGNALS.filter((signal) => signal !== 'SIGHUP' || !ignoresHangup());
  const ear = {
    on: () => heard.forEach((signal) => void process.on(signal, onSignal)),
    off: () => heard.forEach((signal) => void process.off(signal, onSignal)),
  };
  const outer = listening;
  listening = ear;
  ear.on();
  outputLost.addEventListener('abort', onLost, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    ear.off();
    listening = outer;
    outputLost.removeEventListener('abort', onLost);
  }
}

/** Work on the CPU that hears nothing until it is done: a signal ends the process meanwhile as if nobody listened. */
export async function endingAtOnce<T>(work: () => Promise<T>): Promise<T> {
  const ear = listening;
  ear?.off();
  try {
    return await work();
  } finally {
    ear?.on();
  }
}

/**
 * Ends the process by the signal itself, as if nobody had listened. An exit would run the drivers' own clean-up while their
 * threads still work on what is queued, and those of CPU adapters crash then.
 */
function endAtOnce(signal: NodeJS.Signals): void {
  statusLine.hide();
  for (const one of SIGNALS) process.removeAllListeners(one);
  // Ctrl-\ would leave a memory dump behind.
  process.kill(process.pid, signal === 'SIGQUIT' ? 'SIGTERM' : signal);
  // Only the first process of a container is still here: the system shields it from signals.
  process.exit(130);
}
