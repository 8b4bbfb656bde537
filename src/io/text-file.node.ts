import { type PlainFileOptions, readPlainFile } from './plain-file.node.js';
import { decodeText, linesOf } from './text.js';

/** A million lines of long paths. */
const MAX_BYTES = 2 ** 28;

/** Reads the lines of a text file in UTF-8 or UTF-16. Throws FileError, also for a file that is not text. */
export async function readLines(path: string, options: Partial<PlainFileOptions> = {}): Promise<string[]> {
  const bytes = await readPlainFile(path, { maxBytes: MAX_BYTES, wayOut: 'give the path of a text file', ...options });
  return linesOf(decodeText(bytes, path));
}
