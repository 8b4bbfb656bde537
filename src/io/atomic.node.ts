import { type FileHandle, lstat, open, realpath, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFileErrors } from './file-errors.node.js';
import { removeLeftovers, temporaryPath } from './leftovers.node.js';
import { makeFolder } from './make-folder.node.js';

export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a whole file so that `path` holds either the old content or all of the new, never a part: a temporary file in the
 * same folder is written, flushed to the disk and renamed over the target. Missing folders are made; a link is followed;
 * something that is not a plain file (a pipe, a device) is written to directly, never replaced. Pieces of an iterable are
 * written one by one, so that memory holds one piece. After a failure the temporary file is gone and a `FileError` is thrown.
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  await withFileErrors(path, async () => {
    await makeFolder(dirname(path));
    const target = await existingTarget(path);
    if (target && !target.plainFile) {
      await writeAndClose(await open(target.path, 'w'), content, false);
      return;
    }
    const destination = target?.path ?? path;
    await removeLeftovers(destination);
    const temporary = temporaryPath(destination);
    try {
      await writeAndClose(await open(temporary, 'wx', target?.mode ?? 0o666), content, true);
      await rename(temporary, destination);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    await syncFolder(dirname(destination));
  });
}

async function existingTarget(path: string): Promise<{ path: string; plainFile: boolean; mode: number } | undefined> {
  try {
    const resolved = await realpath(path);
    const stats = await lstat(resolved);
    return { path: resolved, plainFile: stats.isFile(), mode: stats.mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeAndClose(file: FileHandle, content: FileContent, flush: boolean): Promise<void> {
  try {
    const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    for await (const piece of pieces) await file.writeFile(piece);
    if (flush) await file.sync();
  } finally {
    await file.close();
  }
}

/** The rename itself survives a power cut only once the folder is on the disk; not every system can flush a folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
