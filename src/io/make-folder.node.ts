import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../runtime/errors.js';
import { withFileErrors } from './file-errors.node.js';

/**
 * Makes a folder and those above it that are missing; one that exists is fine. Node's recursive `mkdir` never returns where
 * the system says of a new folder in an existing one that it is not found, as /proc does. Throws FileError.
 */
export async function makeFolder(path: string): Promise<void> {
  await withFileErrors(path, async () => {
    const problem = await mkdir(path).then(
      () => null,
      (error: NodeJS.ErrnoException) => error,
    );
    if (!problem || (await isFolder(path))) return;
    if (problem.code !== 'ENOENT') throw problem;
    const parent = dirname(path);
    if (await isFolder(parent)) {
      throw new FileError(path, 'the system makes no folder there', 'choose another path');
    }
    await makeFolder(parent);
    await makeFolder(path);
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
