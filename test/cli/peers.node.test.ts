/** `bench --peers`: the comparison of a checkout, started from the command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { comparePeers } from '../../src/cli/peers.js';
import { tempFolder } from '../io/temp-folder.js';

test('without a checkout, or without the other libraries, one line says what is wanted', async () => {
  const folder = `${tempFolder()}/`;
  await expect(comparePeers({}, true, [folder])).rejects.toThrow(
    'bench: --peers needs a checkout of the repository, with the other libraries installed by npm ci in bench/peers; this is the package alone',
  );
  writeFileSync(join(folder, 'compare.ts'), '');
  await expect(comparePeers({}, true, [folder])).rejects.toThrow(/npm ci in bench\/peers; they are not$/);
});

test('the comparison gets its words, and its exit code is passed on', async () => {
  const folder = `${tempFolder()}/`;
  mkdirSync(join(folder, 'peers/node_modules'), { recursive: true });
  writeFileSync(join(folder, 'compare.ts'), '');
  writeFileSync(
    join(folder, 'run.mjs'),
    'process.exit(process.argv.slice(3).join() === "--lines,--budget,1" ? 3 : 4);\n',
  );
  expect(await comparePeers({ lines: true, budget: '1' }, true, [folder])).toBe(3);
});

test('a comparison that a signal ends gives the exit code of shells', async () => {
  const folder = `${tempFolder()}/`;
  mkdirSync(join(folder, 'peers/node_modules'), { recursive: true });
  writeFileSync(join(folder, 'compare.ts'), '');
  writeFileSync(join(folder, 'run.mjs'), "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 10_000);\n");
  expect(await comparePeers({}, true, [folder])).toBe(143);
});
