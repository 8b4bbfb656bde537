/** Files of shards: what is written comes back; what is cut, changed, foreign, doubled or missing is refused in one line. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { namesIdentity } from '../../src/data/identity.node.js';
import { FileError } from '../../src/runtime/errors.js';
import type { WorkIdentity } from '../../src/work/identity.node.js';
import { ShardFile } from '../../src/work/shard-file.node.js';
import { openShards, shardFiles } from '../../src/work/shard-set.node.js';
import { ShardTask } from '../../src/work/shard-task.node.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-shards-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const names = ['a', 'b', 'c', 'd', 'e'];
const identity: WorkIdentity = {
  ...{ version: '1', command: 'predict', options: { top: 5 }, models: ['f00'] },
  data: namesIdentity(names),
};
const written = async (index: number, own = identity, count = 3): Promise<string> => {
  const task = new ShardTask({ identity: own, shard: { index, count }, folder });
  const lines = names.slice(task.range.from, task.range.to).map((name) => ({ name }));
  await task.write({ lines, rows: [Float32Array.of(index, -0, Number.NaN)], left: [`${index}: broken`] });
  return task.file;
};
const files = [await written(1), await written(2), await written(3)] as const;

async function refusal(paths: readonly string[]): Promise<string> {
  const error: unknown = await openShards(paths).catch((problem: unknown) => problem);
  expect(error).toBeInstanceOf(FileError);
  expect((error as Error).message).not.toContain('\n');
  return (error as Error).message;
}

test('a shard comes back as it was written, also in a set, which is in order however its files are', async () => {
  const { head, shards } = await openShards([files[2], files[0], files[1]]);
  expect(head).toMatchObject({ ...identity, format: 'sppgpu-shard-1', shard: { index: 1, count: 3 } });
  expect((await Promise.all(shards.map((shard) => shard.lines()))).flat()).toEqual(names.map((name) => ({ name })));
  expect(shards.map((shard) => shard.head.left)).toEqual([['1: broken'], ['2: broken'], ['3: broken']]);
  const rows = new Float32Array((await shards[1].rows()).buffer);
  expect([...rows]).toEqual([2, -0, Number.NaN]);
  const pieces: Uint8Array[] = [];
  for await (const piece of shards[1].rowPieces()) pieces.push(piece);
  expect(Buffer.concat(pieces)).toEqual(Buffer.from(rows.buffer));
});

test('the same shard is written again under the same name with the same bytes; other work has another name', async () => {
  const before = readFileSync(files[0]);
  expect(await written(1)).toBe(files[0]);
  expect(readFileSync(files[0])).toEqual(before);
  for (const other of [
    { version: '2' },
    { options: { top: 4 } },
    { models: ['f01'] },
    { data: namesIdentity(['x']) },
  ]) {
    const task = new ShardTask({ identity: { ...identity, ...other }, shard: { index: 1, count: 3 }, folder });
    expect(task.file).not.toBe(files[0]);
  }
});

test('a cut or changed file, at every place, is refused and made anew', async () => {
  const sound = readFileSync(files[1]);
  const path = join(folder, 'damaged');
  for (let end = 0; end < sound.length; end += 7) {
    writeFileSync(path, sound.subarray(0, end));
    await expect(ShardFile.open(path), `${end} bytes`).rejects.toThrow(FileError);
  }
  for (let at = 0; at < sound.length; at += 5) {
    const changed = Buffer.from(sound);
    changed[at]! ^= 1;
    writeFileSync(path, changed);
    await expect(ShardFile.open(path), `byte ${at}`).rejects.toThrow(FileError);
  }
  const task = new ShardTask({ identity, shard: { index: 2, count: 3 }, folder });
  expect(await task.earlier()).not.toBeNull();
  writeFileSync(files[1], sound.subarray(0, 100));
  expect(await task.earlier()).toBeNull();
  writeFileSync(files[1], sound);
});

test('missing, doubled and foreign shards', async () => {
  expect(await refusal([files[0], files[2]])).toMatch(/of its 3 shards 1 is missing: 2; run them/);
  expect(await refusal([files[1]])).toMatch(/of its 3 shards 2 are missing: 1, 3; run them/);
  const copy = join(folder, 'copy');
  copyFileSync(files[0], copy);
  expect(await refusal([...files, copy])).toMatch(
    /copy: is shard 1\/3, as predict-.*-1-of-3\.shard is; give each shard once/,
  );
  const odd = (own: Partial<WorkIdentity>) => written(2, { ...identity, ...own });
  const against = async (path: string) => refusal([files[0], path, files[2]]);
  expect(await against(await odd({ models: ['f01'] }))).toMatch(/is a shard of another model than/);
  expect(await against(await odd({ data: namesIdentity(['x', 'y', 'z']) }))).toMatch(/of another data set than/);
  expect(await against(await odd({ version: '0.0.1' }))).toMatch(/of another version of sppgpu than/);
  expect(await against(await odd({ options: { top: 1 } }))).toMatch(/of another set of options than/);
  expect(await against(await odd({ command: 'eval' }))).toMatch(/of another command than/);
  expect(await refusal([files[0], await written(2, identity, 4)])).toMatch(/of another number of shards than/);
  const other = join(folder, 'other');
  writeFileSync(other, '{"a": 1}\n');
  expect(await refusal([other])).toMatch(/is not a shard of this version/);
  writeFileSync(other, 'x'.repeat(100_000));
  expect(await refusal([other])).toMatch(/is not a shard .*: it has no head/);
});

test('what shards were computed on is told of those that had anything to compute', async () => {
  const shards: string[] = [];
  for (let index = 1; index <= 7; index++) {
    const task = new ShardTask({ identity, shard: { index, count: 7 }, folder, unit: 2 });
    await task.write({ lines: [], left: [], adapter: task.items > 0 ? 'one' : 'none' });
    shards.push(task.file);
  }
  const { shards: all, adapters } = await openShards(shards);
  expect(all.filter(({ head }) => head.adapter === 'none')).toHaveLength(4);
  expect(adapters).toEqual(['one']);
});

test('a folder stands for its shards', async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  await expect(shardFiles([own])).rejects.toThrow(/own: has no shards/);
  for (const [i, file] of files.entries()) copyFileSync(file, join(own, `${i}.shard`));
  writeFileSync(join(own, '.hidden.shard'), '');
  writeFileSync(join(own, 'notes.txt'), '');
  expect(await shardFiles([own])).toEqual([0, 1, 2].map((i) => join(own, `${i}.shard`)));
  expect((await openShards(await shardFiles([own]))).shards).toHaveLength(3);
});
