import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { makeFolder } from '../io/make-folder.node.js';
import { FileError } from '../runtime/errors.js';

/**
 * The whole path of a file that a command will write, checked before its work begins, so that nothing is computed in vain:
 * its folder is made.
 * @param inputs files that the command reads, which must not be written over
 * @throws FileError for a folder, for a place without a folder, and for one of the inputs
 */
export async function outputFile(path: string, inputs: readonly (string | undefined)[] = []): Promise<string> {
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
  return out;
}
