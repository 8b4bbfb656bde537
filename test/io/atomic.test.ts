import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/io/atomic.node.js';
import { temporaryPath } from '../../src/io/leftovers.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from './temp-folder.js';

describe('writeFileAtomic', () => {
  it('writes text, bytes and pieces, making missing folders and leaving nothing else', async () => {
    const folder = join(tempFolder(), 'a', 'b');
    await writeFileAtomic(join(folder, 'text'), 'hello');
    await writeFileAtomic(join(folder, 'bytes'), Uint8Array.of(1, 2));
    await writeFileAtomic(join(folder, 'pieces'), [Uint8Array.of(1, 2), Uint8Array.of(3)]);
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('hello');
    expect([...readFileSync(join(folder, 'pieces'))]).toEqual([1, 2, 3]);
    expect(readdirSync(folder).sort()).toEqual(['bytes', 'pieces', 'text']);
  });

  it('keeps the old content and removes the temporary file when a piece fails', async () => {
    const folder = tempFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const failing = async function* () {
      yield Uint8Array.of(1);
      throw new Error('the disk is gone');
    };
    await expect(writeFileAtomic(path, failing())).rejects.toThrow(`${path}: the disk is gone; `);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('keeps the mode and follows links', async () => {
    const folder = tempFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    chmodSync(path, 0o600);
    symlinkSync(path, join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['file', 'link']);
  });

  it('removes what a killed write of the same file left, and nothing of processes that live', async () => {
    const folder = tempFolder();
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, 'old');
    const writer = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const partial = temporaryPath(path).replace(`.${process.pid}-`, `.${writer.pid}-`);
    writeFileSync(partial, 'part');
    await writeFileAtomic(path, 'while the other writes');
    expect(readdirSync(folder)).toContain(basename(partial));
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const stranger = join(folder, '.other.safetensors.1-00000000.0123456789ab.tmp');
    writeFileSync(stranger, 'of another file');
    await writeFileAtomic(path, 'new');
    expect(readdirSync(folder).sort()).toEqual([basename(stranger), 'model.safetensors']);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('judges leftovers of other machines, and of older versions, by their age', async () => {
    const folder = tempFolder();
    const path = join(folder, 'file');
    const [old, fresh] = [Date.now() / 1000 - 7200, Date.now() / 1000];
    const leftovers = [
      ['.file.1-00000000.00000000000a.tmp', old],
      ['.file.1-00000000.00000000000b.tmp', fresh],
      ['.file.00000000000c.tmp', old],
      ['.file.00000000000d.tmp', fresh],
      ['.file.notes.tmp', old],
      // The number of this process, but written before it began: a container's processes all have it.
      [basename(temporaryPath(path)), old],
    ] as const;
    for (const [name, time] of leftovers) {
      writeFileSync(join(folder, name), '');
      utimesSync(join(folder, name), time, time);
    }
    await writeFileAtomic(path, 'new');
    expect(readdirSync(folder).sort()).toEqual(['file', leftovers[1][0], leftovers[3][0], leftovers[4][0]].sort());
  });

  it.runIf(existsSync('/dev/full'))('reports a full disk in one line and does not replace a device', async () => {
    const error = await writeFileAtomic('/dev/full', 'x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toBe(
      '/dev/full: no space left on the disk; free some space or choose another disk',
    );
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  it('explains paths that cannot be written', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'sub'));
    await expect(writeFileAtomic(join(folder, 'file', 'x'), '')).rejects.toThrow(/: .*; (check|remove)/);
    await expect(writeFileAtomic(join(folder, 'sub'), '')).rejects.toThrow(/sub: is a folder; give/);
    await expect(writeFileAtomic(join(folder, 'x'.repeat(300)), '')).rejects.toThrow(/the name is too long/);
  });
});
