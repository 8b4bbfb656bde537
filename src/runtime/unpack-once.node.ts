import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A folder that is filled once and then reused: `<cache>/<name>`, in the first of `caches` that can be written.
 * It appears by one rename, complete, so parallel processes and killed ones do no harm.
 * @throws the file system's error if no cache can be written.
 */
export async function unpackOnce(
  caches: readonly string[],
  name: string,
  fill: (folder: string) => void | Promise<void>,
): Promise<string> {
  const known = caches.map((cache) => join(cache, name)).find((folder) => existsSync(folder));
  if (known) return known;
  let failure: unknown;
  for (const cache of caches) {
    const folder = join(cache, name);
    const temporary = `${folder}.${randomUUID()}`;
    try {
      mkdirSync(temporary, { recursive: true });
      await fill(temporary);
      moveInto(temporary, folder);
      return folder;
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary, { recursive: true, force: true });
      failure = error;
    }
  }
  throw failure;
}

/** Where unpacked files may live: beside the packages if that can be written, else the user's cache. */
export function cacheFolders(nodeModules: string): string[] {
  const user = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return [join(nodeModules, '.cache', 'sppgpu'), join(user, 'sppgpu')];
}

/** The regular files of a small ustar archive, flattened into `folder`. The archive is one of a package's own, hence trusted. */
export function untar(archive: Buffer, folder: string): void {
  const block = 512;
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const path = text(archive, at, 100);
    const size = Number.parseInt(text(archive, at + 124, 12), 8) || 0;
    at += block;
    if (size > 0)
      writeFileSync(join(folder, path.slice(path.lastIndexOf('/') + 1)), archive.subarray(at, at + size), {
        mode: 0o755,
      });
    at += Math.ceil(size / block) * block;
  }
}

function text(archive: Buffer, at: number, length: number): string {
  return archive.toString('utf8', at, at + length).split('\0', 1)[0]!;
}

function moveInto(temporary: string, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  try {
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(temporary, { recursive: true, force: true }); // another process was first
  }
}
