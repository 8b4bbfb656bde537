/** Files that are no plain files: reading a pipe would wait for a writer that never comes. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadImage } from '../../src/data/decode.node.js';
import { readIdx } from '../../src/data/idx.node.js';
import { openListFile } from '../../src/data/list-file.node.js';
import { openVoc } from '../../src/data/voc.node.js';
import { readPlainFile } from '../../src/io/plain-file.node.js';
import { SafetensorsFile } from '../../src/io/safetensors.node.js';
import { tempFolder } from './temp-folder.js';

describe('readPlainFile', () => {
  it('looks at the size before it reads', async () => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, 'four');
    expect((await readPlainFile(path, { maxBytes: 4 })).toString()).toBe('four');
    await expect(readPlainFile(path, { maxBytes: 3 })).rejects.toThrow(
      `${path}: 4 bytes are more than the limit of 3; make it smaller`,
    );
  });

  it('refuses a folder and a file that is not there', async () => {
    const folder = tempFolder();
    await expect(readPlainFile(folder, { maxBytes: 9 })).rejects.toThrow(
      /: is a folder, not a plain file; give the path of a file/,
    );
    await expect(readPlainFile(join(folder, 'none'), { maxBytes: 9 })).rejects.toThrow(/no such file or folder/);
  });
});

describe('a pipe', () => {
  function pipe(folder: string, ...path: string[]): string {
    const file = join(folder, ...path);
    execFileSync('mkfifo', [file]);
    return file;
  }

  it.each([
    ['picture', (path: string) => loadImage(path)],
    ['IDX file', (path: string) => readIdx(path)],
    ['list', (path: string) => openListFile(path)],
    ['safetensors file', (path: string) => SafetensorsFile.open(path)],
  ])('is refused as a %s', async (_, open) => {
    await expect(open(pipe(tempFolder(), 'pipe'))).rejects.toThrow(
      /pipe: is a pipe or device, not a plain file; give /,
    );
  });

  it('is refused as a list or an annotation of VOC', async () => {
    const folder = tempFolder();
    for (const part of ['Annotations', 'ImageSets/Main', 'JPEGImages'])
      mkdirSync(join(folder, part), { recursive: true });
    pipe(folder, 'ImageSets', 'Main', 'train.txt');
    await expect(openVoc(folder, { split: 'train' })).rejects.toThrow(
      /train\.txt: is a pipe or device, not a plain file/,
    );
    writeFileSync(join(folder, 'ImageSets', 'Main', 'val.txt'), '1\n');
    writeFileSync(join(folder, 'JPEGImages', '1.png'), '');
    pipe(folder, 'Annotations', '1.xml');
    await expect(openVoc(folder, { split: 'val' })).rejects.toThrow(/1\.xml: is a pipe or device, not a plain file/);
  });
});
