import { closeSync, openSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { constants, devNull } from 'node:os';
import { basename } from 'node:path';
import { isatty } from 'node:tty';

const O_WRONLY = 1;
const O_ACCMODE = 3;
const STANDARD_STREAMS = [0, 1, 2];

/**
 * Whether this process was started to outlive its terminal (`nohup`, `trap '' HUP`). Node takes every signal back to its
 * default before any script runs, so that what was ignored can only be told from its traces: the shell names `nohup` in
 * the environment (dash does not); GNU nohup puts a null device that cannot be read, and a file `nohup.out`, in the place of
 * the terminal; and a shell that ignores the signal itself hands that on to whatever it starts.
 */
export function ignoresHangup(): boolean {
  const named = basename(process.env._ ?? '') === 'nohup';
  return named || unreadableInput() || writesToNohupOut() || parentIgnoresHangup();
}

/**
 * Lets a process end whose terminal was closed while it worked. At its exit Node sets the terminals of its standard streams
 * back to their first mode, and aborts, leaving a memory dump, where one is gone; a stream that was opened anew it leaves alone.
 */
export function survivesLostTerminal(): void {
  const terminals = STANDARD_STREAMS.filter((descriptor) => isatty(descriptor));
  process.on('exit', () => {
    for (const descriptor of terminals) {
      if (isatty(descriptor)) continue;
      // What is opened next takes the lowest descriptor that is free, which is the one just closed.
      closeSync(descriptor);
      openSync(devNull, 'r+');
    }
  });
}

function unreadableInput(): boolean {
  return known(() => {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))?.[1] ?? '0';
    return realpathSync('/proc/self/fd/0') === '/dev/null' && (Number.parseInt(flags, 8) & O_ACCMODE) === O_WRONLY;
  });
}

function writesToNohupOut(): boolean {
  return known(() =>
    [1, 2].some((descriptor) => basename(readlinkSync(`/proc/self/fd/${descriptor}`)) === 'nohup.out'),
  );
}

function parentIgnoresHangup(): boolean {
  return known(() => {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8'))?.[1] ?? '0';
    return (BigInt(`0x${ignored}`) & (1n << BigInt(constants.signals.SIGHUP - 1))) !== 0n;
  });
}

/** False where the system has no /proc, or does not let us look. */
function known(trace: () => boolean): boolean {
  try {
    return trace();
  } catch {
    return false;
  }
}
