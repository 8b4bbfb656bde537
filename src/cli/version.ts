import { readFileSync } from 'node:fs';

/** The package's version, read from its manifest beside `dist/` (or, from the sources, two folders up). */
export const version: string = readVersion();

function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === 'sppgpu' && manifest.version) return manifest.version;
    } catch {
      // not there: the other place has it
    }
  }
  return 'unknown';
}
