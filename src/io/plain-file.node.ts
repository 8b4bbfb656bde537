import { readFile, stat } from 'node:fs/promises';
import { FileError } from '../runtime/errors.js';
import { withFileErrors } from './file-errors.node.js';

/** Bytes of a plain file. Pipes and devices are refused before they are opened, since that may never return. Throws FileError. */
export async function plainFileSize(path: string, wayOut = 'give the path of a file'): Promise<number> {
  return withFileErrors(path, async () => {
    const stats = await stat(path);
    const kind = stats.isDirectory() ? 'is a folder' : 'is a pipe or device';
    if (!stats.isFile()) throw new FileError(path, `${kind}, not a plain file`, wayOut);
    return stats.size;
  });
}

export interface PlainFileOptions {
  readonly maxBytes: number;
  /** What to do where the path is not a plain file. */
  readonly wayOut?: string;
}

/** Reads a plain file of at most `maxBytes`, whose size is looked at first. Throws FileError. */
export async function readPlainFile(path: string, { maxBytes, wayOut }: PlainFileOptions): Promise<Buffer> {
  const bytes = await plainFileSize(path, wayOut);
  if (bytes > maxBytes) {
    throw new FileError(path, `${bytes} bytes are more than the limit of ${maxBytes}`, 'make it smaller');
  }
  return withFileErrors(path, () => readFile(path));
}
