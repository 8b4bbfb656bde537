import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { withFileErrors } from './file-errors.node.js';

/** SHA-256 of a file's bytes, in hexadecimal. Throws FileError. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await withFileErrors(path, async () => {
    for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  });
  return hash.digest('hex');
}
