import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { SppgpuError } from '../runtime/errors.js';

/** Where a checkout has the comparison with other libraries, seen from `dist/` and from the sources. The package has none. */
const FOLDERS = ['../bench/', '../../bench/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/**
 * Runs the comparison of `bench/compare.ts` in a process of its own, which writes to this one's streams.
 * @param options its options by name; true for those without a value
 * @param quiet without what it writes to stdout
 * @returns its exit code, which what it wrote explains
 * @throws SppgpuError where it is not there
 */
export async function comparePeers(
  options: Readonly<Record<string, string | true>>,
  quiet: boolean,
  folders: readonly string[] = FOLDERS,
): Promise<number> {
  const folder = folders.find((path) => existsSync(`${path}compare.ts`));
  if (!folder || !existsSync(`${folder}peers/node_modules`))
    throw new SppgpuError(
      `bench: --peers needs a checkout of the repository, with the other libraries installed by npm ci in bench/peers; ${folder ? 'they are not' : 'this is the package alone'}`,
    );
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, ...(value === true ? [] : [value])]);
  const child = spawn(process.execPath, [`${folder}run.mjs`, `${folder}compare.ts`, ...words], {
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', ({ message }) =>
      reject(new SppgpuError(`bench: the comparison could not be started: ${message}`)),
    );
    child.on('close', (...end) => resolve(end));
  });
  return code ?? 128 + constants.signals[signal!];
}
