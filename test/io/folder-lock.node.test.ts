/** One process at a time writes into a folder; one that is dead, or silent, has lost it. */
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderLock } from '../../src/io/folder-lock.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from './temp-folder.js';

/** The number of a process that does not live. */
const DEAD = 2 ** 22 - 1;

test('a folder is made and taken once; it is free again when it is released', async () => {
  const folder = join(tempFolder(), 'new');
  const lock = await FolderLock.take(folder);
  const again = FolderLock.take(folder, 'choose another --out');
  await expect(again).rejects.toThrow(FileError);
  await expect(again).rejects.toThrow(
    `${folder}: is in use by process ${process.pid} on ${hostname()}; choose another --out`,
  );
  await lock.release();
  expect(existsSync(join(folder, 'running.lock'))).toBe(false);
  await (await FolderLock.take(folder)).release();
});

test.each([
  ['a process of this machine that is dead', { host: hostname(), pid: DEAD }, 0, true],
  ['a process of another machine that lives', { host: 'elsewhere', pid: DEAD }, 0, false],
  ['a process of another machine that has been silent', { host: 'elsewhere', pid: 1 }, 90, true],
  ['a number that another process has now', { host: hostname(), pid: process.pid }, 90, true],
])('%s', async (_, owner, age, free) => {
  const folder = tempFolder();
  const path = join(folder, 'running.lock');
  writeFileSync(path, JSON.stringify(owner));
  const then = Date.now() / 1000 - age;
  utimesSync(path, then, then);
  const taken = FolderLock.take(folder);
  if (!free) return expect(taken).rejects.toThrow('is in use by process');
  const lock = await taken;
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ host: hostname(), pid: process.pid });
  await lock.release();
});

test('what is no lock is perhaps still written; after a while it counts as one that was left', async () => {
  const folder = tempFolder();
  const path = join(folder, 'running.lock');
  writeFileSync(path, '{');
  await expect(FolderLock.take(folder)).rejects.toThrow('is in use by another process');
  const then = Date.now() / 1000 - 10;
  utimesSync(path, then, then);
  await (await FolderLock.take(folder)).release();
});
