import { readFileSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { basename } from 'node:path';

const O_WRONLY = 1;
const O_ACCMODE = 3;

/**
 * Whether this process was started to outlive its terminal (`nohup`, `trap '' HUP`). Node takes every signal back to its
 * default before any script runs, so that what was ignored can only be told from its traces: the shell names `nohup` in
 * the environment; GNU nohup puts a null device that cannot be read in the place of the terminal; and a shell that ignores
 * the signal itself hands that on to whatever it starts.
 */
export function ignoresHangup(): boolean {
  return basename(process.env._ ?? '') === 'nohup' || unreadableInput() || parentIgnoresHangup();
}

function unreadableInput(): boolean {
  return known(() => {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8'))?.[1] ?? '0';
    return realpathSync('/proc/self/fd/0') === '/dev/null' && (Number.parseInt(flags, 8) & O_ACCMODE) === O_WRONLY;
  });
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
