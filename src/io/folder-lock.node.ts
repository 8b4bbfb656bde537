import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { FileError } from '../runtime/errors.js';
import { withFileErrors } from './file-errors.node.js';
import { makeFolder } from './make-folder.node.js';

const NAME = 'running.lock';
const BEAT_MS = 5_000;
/** A sign of life that is older tells of a process that is gone, wherever it was. */
const STALE_MS = 60_000;
/** Others may take a stale lock at the same moment: then it is asked for again. */
const ATTEMPTS = 5;

interface Owner {
  readonly host: string;
  readonly pid: number;
}

/**
 * A folder that one process writes into at a time: a file in it says who does, and is touched as long as that lives. One that was killed
 * loses the folder at once to others of its machine, and after a minute to those of other machines.
 */
export class FolderLock {
  private readonly beat: NodeJS.Timeout;

  private constructor(private readonly path: string) {
    this.beat = setInterval(() => {
      const now = new Date();
      // A folder that was moved or removed is made anew by whoever writes into it.
      utimes(path, now, now).catch(() => undefined);
    }, BEAT_MS);
    this.beat.unref();
  }

  /**
   * Makes the folder, if it is missing, and takes it.
   * @param wayOut what to do where another process has it
   * @throws FileError there
   */
  static async take(folder: string, wayOut = 'wait for its end, or choose another folder'): Promise<FolderLock> {
    const path = join(folder, NAME);
    await makeFolder(folder);
    const own: Owner = { host: hostname(), pid: process.pid };
    for (let attempt = 1; ; attempt++) {
      if (await made(path, own)) return new FolderLock(path);
      const owner = await ownerOf(path);
      if (owner || attempt === ATTEMPTS) {
        const who = owner?.pid ? `process ${owner.pid} on ${owner.host}` : 'another process';
        throw new FileError(folder, `is in use by ${who}`, wayOut);
      }
      await withFileErrors(path, () => rm(path, { force: true }));
    }
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    await rm(this.path, { force: true }).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

/** False where the file is there. Throws FileError. */
async function made(path: string, own: Owner): Promise<boolean> {
  return withFileErrors(path, async () => {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(`${JSON.stringify(own)}\n`).finally(() => file.close());
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

/** Who has a lock, as far as it lives. */
async function ownerOf(path: string): Promise<Owner | null> {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  if (age > STALE_MS) return null;
  try {
    const { host, pid } = JSON.parse(await readFile(path, 'utf8')) as Owner;
    return host === hostname() && !lives(pid) ? null : { host, pid };
  } catch {
    // Whoever has made it is still writing, or died while it did.
    return age < BEAT_MS ? { host: '', pid: 0 } : null;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
