import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { isMainThread } from 'node:worker_threads';

/** Two lines about limits that nobody asked for, which Dawn prints for each Mesa adapter and has no option against. */
const WARNINGS =
  /^Warning: maxDynamic\w+ artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit\.\n/gm;
const STDERR = 2;
/** What may be active while descriptor 2 is away: nothing here opens a file in another thread, which would get its number. */
const HARMLESS = /^(TTYWrap|PipeWrap|SignalWrap|Timeout|Immediate|CloseReq)$/;

/**
 * Runs `work`, a synchronous call into Dawn, without Dawn's warnings on a terminal: what is printed meanwhile goes to a
 * file, and from there to the terminal without those two lines. Only where that is safe: on a terminal of Linux, which can
 * be opened again as it is (the offset of a file and the reader of a pipe cannot), and while nothing else is under way.
 */
export function withoutDawnWarnings<T>(work: () => T): T {
  const swap = divert();
  if (!swap) return work();
  try {
    return work();
  } finally {
    swap.restore();
  }
}

function divert(): { restore(): void } | null {
  const safe = process.platform === 'linux' && isMainThread && isatty(STDERR);
  if (!safe || !process.getActiveResourcesInfo().every((name) => HARMLESS.test(name))) return null;
  const opened: number[] = [];
  const open = (path: string, flags: number) => {
    const descriptor = openSync(path, flags, 0o600);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const terminal = open(`/proc/self/fd/${STDERR}`, constants.O_WRONLY | constants.O_NOCTTY);
    const path = join(tmpdir(), `sppgpu-${randomUUID()}`);
    const captured = open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL);
    unlinkSync(path);
    closeSync(STDERR); // the lowest free number is what the next file gets
    try {
      openSync(`/proc/self/fd/${captured}`, constants.O_WRONLY | constants.O_APPEND);
    } catch (error) {
      openTerminal(terminal);
      throw error;
    }
    return {
      restore() {
        closeSync(STDERR);
        openTerminal(terminal);
        const rest = readFileSync(captured, 'utf8').replace(WARNINGS, '');
        if (rest) writeSync(STDERR, rest);
        for (const descriptor of opened) closeSync(descriptor);
      },
    };
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return null; // another user's terminal, or no room for a file: the lines stay
  }
}

/** Opens a terminal as the lowest free descriptor; one that has hung up swallows what is written to it. */
function openTerminal(descriptor: number): void {
  try {
    openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NOCTTY);
  } catch {
    openSync('/dev/null', constants.O_WRONLY);
  }
}
