import { open, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { sniffImageType } from '../data/sniff.js';
import { makeFolder } from '../io/make-folder.node.js';
import { FileError } from '../runtime/errors.js';
import { goOnWithoutReader } from './output.js';

export function withOverwrite(command: Command): Command {
  return command.option('--overwrite', 'replace an earlier file');
}

/**
 * The whole path of a file that a command will write, checked before its work begins, so that nothing is computed in vain:
 * its folder is made. The file is worth the work, also when nobody reads stdout any more.
 * @param inputs files that the command reads, which must not be written over
 * @param overwrite whether another file of this name may be replaced (default), or is perhaps somebody's work
 * @throws FileError for a folder, for a place without a folder, for one of the inputs, for a file that must stay, and for a
 * picture: no command writes pictures, so it is one of somebody's data
 */
export async function outputFile(
  path: string,
  inputs: readonly (string | undefined)[] = [],
  { overwrite = false }: { readonly overwrite?: boolean } = { overwrite: true },
): Promise<string> {
  goOnWithoutReader();
  const out = resolve(path);
  await makeFolder(dirname(out)).catch((error: unknown) => {
    throw error instanceof FileError ? new FileError(out, error.problem, error.wayOut) : error;
  });
  const stats = await stat(out).catch(() => undefined);
  if (stats?.isDirectory()) throw new FileError(out, 'is a folder', 'give the path of a file');
  const existing = stats && (await realpath(out));
  for (const input of inputs) {
    if (input === undefined || existing === undefined) continue;
    const read = await realpath(input).catch(() => undefined);
    if (read === existing) throw new FileError(out, 'is what the command reads', 'write to another file');
  }
  if (stats?.isFile() && (await isPicture(out))) {
    throw new FileError(out, 'is a picture', 'write to another file, or remove it first');
  }
  if (stats && !overwrite) throw new FileError(out, 'is there already', 'add --overwrite, or give another path');
  return out;
}

async function isPicture(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(12), 0, 12, 0);
    sniffImageType(buffer.subarray(0, bytesRead), path);
    return true;
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
