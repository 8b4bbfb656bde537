import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder with the hash of its bytes. */
export function folderHashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  const hash = (name: string) => createHash('sha256').update(readFileSync(join(folder, name)));
  return Object.fromEntries(files.sort().map((name) => [name, hash(name).digest('hex')]));
}
