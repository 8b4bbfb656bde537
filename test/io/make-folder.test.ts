import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
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
    await Promise.all([1, 2, 3].map(() => makeFolder(join(root, 'x', 'y', 'z'))));
    expect(existsSync(join(root, 'x', 'y', 'z'))).toBe(true);
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
