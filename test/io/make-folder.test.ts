import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../src/io/make-folder.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from './temp-folder.js';

describe('makeFolder', () => {
  it('makes what is missing, is content with what exists, and follows links', async () => {
    const root = tempFolder();
    await makeFolder(join(root, 'a', 'b', 'c'));
    await makeFolder(join(root, 'a', 'b', 'c'));
    symlinkSync(join(root, 'a'), join(root, 'link'));
    await makeFolder(join(root, 'link', 'b', 'd'));
    expect(statSync(join(root, 'a', 'b', 'd')).isDirectory()).toBe(true);
  });

  it('makes a folder for several that ask at once', async () => {
    const root = tempFolder();
    const askLater = async (path: string, later: number) => {
      for (let i = 0; i < later; i++) await stat(root);
      await makeFolder(path);
    };
    for (let round = 0; round < 40; round++) {
      const paths = Array.from({ length: 6 }, (_, i) => join(root, `round ${round}`, 'x', 'y', `z${i % 3}`));
      await Promise.all(paths.map(askLater));
      expect(paths.every((path) => existsSync(path))).toBe(true);
    }
  });

  it('names what stands in the way', async () => {
    const root = tempFolder();
    writeFileSync(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toThrow(/file: a file is in the way; /);
    await expect(makeFolder(join(root, 'file', 'x'))).rejects.toThrow(/x: a part of the path is a file/);
    await expect(makeFolder('')).rejects.toThrow(FileError);
  });

  it('returns from a file system that never finds what it is to make, as Linux has it', async () => {
    await expect(makeFolder('/proc/sppgpu/x')).rejects.toThrow(FileError);
  });
});
