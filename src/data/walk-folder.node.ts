import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';

/** What is visible in a folder, sorted by name (code units). Links count as what they point to. */
export interface FolderListing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** The files and folders directly in a folder. Throws FileError. */
export async function listFolder(folder: string): Promise<FolderListing> {
  return withFileErrors(folder, async () => {
    const files: string[] = [];
    const folders: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      if (await isFolder(folder, entry)) folders.push(entry.name);
      else files.push(entry.name);
    }
    return { files: files.sort(), folders: folders.sort() };
  });
}

/**
 * All files and folders below a folder, by their paths from it, with `/`. A folder that several links lead to is entered
 * once, so that links in a circle, or in a thicket, come to an end. Throws FileError.
 */
export async function walkFolder(root: string): Promise<FolderListing> {
  const files: string[] = [];
  const folders: string[] = [];
  const entered = new Set<string>();
  const enter = async (folder: string, prefix: string): Promise<void> => {
    const real = await withFileErrors(folder, () => realpath(folder));
    if (entered.has(real)) return;
    entered.add(real);
    const found = await listFolder(folder);
    files.push(...found.files.map((name) => prefix + name));
    for (const name of found.folders) {
      folders.push(prefix + name);
      await enter(join(folder, name), `${prefix}${name}/`);
    }
  };
  await enter(root, '');
  return { files: files.sort(), folders: folders.sort() };
}

async function isFolder(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const target = await stat(join(folder, entry.name)).catch(() => undefined);
  return target?.isDirectory() ?? false;
}
