import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Another machine's process cannot be asked whether it lives: its file is stale after this long without a write. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Tells the processes of machines that share a disk apart. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** Path of a fresh temporary file beside `target`, which says whose it is: `.NAME.PID-HOST.RANDOM.tmp`. */
export function temporaryPath(target: string): string {
  return join(dirname(target), `${prefixOf(target)}${process.pid}-${HOST}.${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Removes temporary files of the same target whose process was killed while it wrote them. Those of processes that live stay;
 * what cannot be looked at or removed stays too, since the write itself matters more.
 */
export async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const owner = /^(?:(?<pid>\d+)-(?<host>[0-9a-f]{8})\.)?[0-9a-f]{12}\.tmp$/u.exec(name.slice(prefix.length));
    if (!owner) continue;
    const path = join(folder, name);
    if (await isStale(path, owner.groups?.pid, owner.groups?.host)) await unlink(path).catch(() => undefined);
  }
}

function prefixOf(target: string): string {
  return `.${basename(target).slice(0, 64)}.`;
}

async function isStale(path: string, pid?: string, host?: string): Promise<boolean> {
  const written = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (host !== HOST) return written < Date.now() - STALE_AFTER_MS;
  // A container gives every process the same number: what is older than this process is not of this one.
  if (Number(pid) === process.pid) return written < Date.now() - process.uptime() * 1000;
  return !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is someone else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
