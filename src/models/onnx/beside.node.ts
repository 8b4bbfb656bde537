import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toFileError } from '../../io/file-errors.node.js';
import { isBelow } from '../../io/is-below.node.js';
import { FileError } from '../../runtime/errors.js';
import type { ReadBeside } from './import/external-data.js';

/** How often a byte may be read: weights are not repeated, but a file that says so may not fill the memory. */
const MOST_READS = 4;

/**
 * Reads the files that lie beside an ONNX file and hold its weights. Only those in its folder or below are read, and no more of
 * them than there is.
 * @throws FileError for a place that is elsewhere, no plain file, or too short
 */
export function readBeside(path: string): ReadBeside {
  const folder = dirname(path);
  const taken = new Map<string, number>();
  return ({ location, offset, length }) => {
    const file = join(folder, location);
    if (!isBelow(file, folder)) {
      const problem = `its weights are said to be in ${JSON.stringify(location)}, which is not beside it`;
      throw new FileError(path, problem, 'put that file into the same folder, and save the network again');
    }
    let handle: number | undefined;
    try {
      handle = openSync(file, 'r');
      const stats = fstatSync(handle);
      if (!stats.isFile()) throw new FileError(file, 'is not a plain file', 'give the file that was exported');
      const bytes = length ?? stats.size - offset;
      if (bytes < 0 || offset + bytes > stats.size) {
        const wanted = `${stats.size} bytes, and ${path} wants those from ${offset} to ${offset + Math.max(0, bytes)}`;
        throw new FileError(file, `has ${wanted}`, 'get an undamaged copy of both files');
      }
      const before = taken.get(file) ?? 0;
      taken.set(file, before + bytes);
      if (before + bytes > MOST_READS * stats.size)
        throw new FileError(path, `takes more from ${file} than that holds`, 'get an undamaged copy of both files');
      const found = new Uint8Array(bytes);
      for (let at = 0; at < bytes; ) {
        const read = readSync(handle, found, at, Math.min(bytes - at, 2 ** 30), offset + at);
        if (read === 0) throw new FileError(file, 'ended while it was read', 'try again');
        at += read;
      }
      return found;
    } catch (error) {
      throw toFileError(file, error);
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  };
}
