import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../runtime/errors.js';
import { withFileErrors } from './file-errors.node.js';

/**
 * Makes a folder and those above it that are missing; one that exists is fine, and so are several that make it at once. Node's
 * recursive `mkdir` never returns where the system says of a new folder in an existing one that it is not found, as /proc does.
 * Throws FileError.
 */
export async function makeFolder(path: string): Promise<void> {
  await withFileErrors(path, async () => {
    if (await makeOne(path)) return;
    const parent = dirname(path);
    if (parent !== path) await makeFolder(parent);
    if (await makeOne(path)) return;
    throw new FileError(path, 'the system makes no folder there', 'choose another path');
  });
}

/** Whether the folder is there now: false where the one above it was missing, or where the system says so. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (await isFolder(path)) return true;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
