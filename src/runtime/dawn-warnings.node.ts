import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { isMainThread } from 'node:worker_threads';

/** Lines about limits that nobody asked for, two for each Mesa adapter, which Dawn has no option against. */
const WARNINGS =
  /^(?:Warning: maxDynamic\w+ artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit\.\n)+/gm;
const STDERR = 2;
/** What may be active while descriptor 2 is away: nothing here opens a file in another thread, which would get its number. */
const HARMLESS = /^(TTYWrap|PipeWrap|SignalWrap|Timeout|Immediate|CloseReq)$/;

/**
 * Runs `work`, a synchronous call into Dawn, without Dawn's two warnings: what is printed meanwhile goes to a file, and from
 * there to where it belongs without those lines. Only on Linux, where descriptor 2 can be opened again exactly as it is
 * (see `reopening`), and while nothing else is under way. In a file that is not appended to, the two lines become blank.
 */
export function withoutDawnWarnings<T>(work: () => T): T {
  const swap = divert() ?? blankAfterwards();
  if (!swap) return work();
  try {
    return work();
  } finally {
    swap.restore();
  }
}

/** How to open a descriptor again. */
interface Reopening {
  /** Keeps what the descriptor leads to open meanwhile. */
  readonly hold: number;
  readonly write: number;
}

/**
 * How descriptor 2 can be opened again without anyone noticing; null where it cannot. A pipe is held open for reading as
 * well: opening one for writing would wait for a reader that may have gone. A file must be open for appending: the
 * place in another one is shared with whoever opened it. A socket cannot be opened a second time.
 */
function reopening(): Reopening | null {
  const write = constants.O_WRONLY | constants.O_NOCTTY;
  if (isatty(STDERR)) return { hold: write, write };
  const stats = fstatSync(STDERR);
  if (stats.isFIFO()) return { hold: constants.O_RDWR, write };
  const append = write | constants.O_APPEND;
  return stats.isFile() && openFlags() & constants.O_APPEND ? { hold: append, write: append } : null;
}

function openFlags(): number {
  return Number.parseInt(/^flags:\s*([0-7]+)/m.exec(descriptorInfo())?.[1] ?? '0', 8);
}

function divert(): { restore(): void } | null {
  if (process.platform !== 'linux' || !isMainThread) return null;
  const opened: number[] = [];
  const open = (path: string, flags: number) => {
    const descriptor = openSync(path, flags, 0o600);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const again = reopening();
    if (!again || !process.getActiveResourcesInfo().every((name) => HARMLESS.test(name))) return null;
    const held = open(`/proc/self/fd/${STDERR}`, again.hold);
    const path = join(tmpdir(), `sppgpu-${randomUUID()}`);
    const captured = open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL);
    unlinkSync(path);
    closeSync(STDERR); // the lowest free number is what the next file gets
    try {
      openSync(`/proc/self/fd/${captured}`, constants.O_WRONLY | constants.O_APPEND);
    } catch (error) {
      putBack(held, again.write);
      throw error;
    }
    return {
      restore() {
        closeSync(STDERR);
        putBack(held, again.write);
        const rest = readFileSync(captured, 'utf8').replace(WARNINGS, '');
        for (const descriptor of opened) closeSync(descriptor);
        if (rest) writeSync(STDERR, rest);
      },
    };
  } catch {
    for (const descriptor of opened) closeSync(descriptor);
    return null; // another user's terminal or file, or no room for a file: the lines stay
  }
}

/** Opens what `held` leads to as the lowest free descriptor; a terminal that has hung up swallows what is written to it. */
function putBack(held: number, flags: number): void {
  try {
    openSync(`/proc/self/fd/${held}`, flags);
  } catch {
    openSync('/dev/null', constants.O_WRONLY);
  }
}

/** Where the next write to descriptor 2 begins, in bytes from the start of its file. */
function place(): number {
  return Number(/^pos:\s*(\d+)/m.exec(descriptorInfo())?.[1]);
}

function descriptorInfo(): string {
  return readFileSync(`/proc/self/fdinfo/${STDERR}`, 'utf8');
}

/**
 * In a file that is not appended to, whose place cannot be set back: what stands of the two warnings is written over with
 * spaces, so that one blank line is left, and everyone who shares the place goes on behind it. Other lines stay as they are.
 */
function blankAfterwards(): { restore(): void } | null {
  if (process.platform !== 'linux' || !isMainThread) return null;
  try {
    if (!fstatSync(STDERR).isFile() || openFlags() & constants.O_APPEND) return null;
    const begin = place();
    return { restore: () => blank(begin) };
  } catch {
    return null;
  }
}

/** Blanks the warnings that stand from `begin` up to the present place. */
function blank(begin: number): void {
  let file: number | undefined;
  try {
    file = openSync(`/proc/self/fd/${STDERR}`, constants.O_RDWR);
    const printed = Buffer.alloc(Math.max(0, place() - begin));
    const read = readSync(file, printed, 0, printed.length, begin);
    for (const { 0: lines, index } of printed.toString('latin1', 0, read).matchAll(WARNINGS)) {
      writeSync(file, `${' '.repeat(lines.length - 1)}\n`, begin + index);
    }
  } catch {
    // A file that may be written but not read: the lines stay.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
