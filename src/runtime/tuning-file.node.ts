import { readFile } from 'node:fs/promises';
import { FileError } from './errors.js';
import { TuningTable } from './tuning.js';

/** The tuning table in a file. @throws FileError where it cannot be read; SppgpuError where it is something else */
export async function loadTuning(path: string): Promise<TuningTable> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new FileError(path, `cannot be read (${code})`, 'make a tuning table with `sppgpu tune`');
  }
  return TuningTable.parse(text, path);
}
