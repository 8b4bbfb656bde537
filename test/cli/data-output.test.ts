import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepOffData } from '../../src/cli/data-output.js';
import { outputFile } from '../../src/cli/output-file.js';
import { plainPng } from '../data/pictures.js';
import { tempFolder } from '../io/temp-folder.js';

function folders(...names: string[]): string {
  const root = tempFolder();
  for (const name of names) mkdirSync(join(root, name), { recursive: true });
  return root;
}

describe('keepOffData', () => {
  it('refuses the folder of a data set, whatever its layout, and however it is written', async () => {
    const root = folders('set/cat', 'voc/ImageSets/Main');
    symlinkSync(join(root, 'set'), join(root, 'link'));
    const same = [join(root, 'set'), `${root}/set/cat/..`, relative('.', join(root, 'set')), join(root, 'link')];
    for (const out of same) {
      await expect(keepOffData(out, join(root, 'set'), 'auto')).rejects.toThrow(
        "is the data set's own folder; write outs",
      );
    }
    await expect(keepOffData(join(root, 'voc'), join(root, 'voc'), 'auto')).rejects.toThrow(
      "the data set's own folder",
    );
  });

  it('refuses places within folders of classes, also such that are not there yet', async () => {
    const root = folders('set/cat', 'caltech/101_ObjectCategories/ant');
    for (const out of ['set/run', 'set/cat/run', 'set/cat/features.safetensors', 'set/a/b/c']) {
      await expect(keepOffData(join(root, out), join(root, 'set'), 'auto')).rejects.toThrow(
        /lies in the data set \S+set,/,
      );
    }
    const inner = join(root, 'caltech', '101_ObjectCategories', 'run');
    await expect(keepOffData(inner, join(root, 'caltech'), 'auto')).rejects.toThrow(FileErrorText);
    await keepOffData(join(root, 'set-run'), join(root, 'set'), 'auto');
    await keepOffData(join(root, '..run'), join(root, 'set'), 'auto');
    await keepOffData(root, join(root, 'set'), 'auto');
  });

  it('keeps the files of the other layouts, and lets results lie beside them', async () => {
    const root = folders('voc/ImageSets/Main', 'voc/JPEGImages', 'lists', 'idx');
    for (const name of ['lists/train.txt', 'idx/train-images-idx3-ubyte.gz', 'one.txt'])
      writeFileSync(join(root, name), '');
    const check = (out: string, data: string) => keepOffData(join(root, out), join(root, data), 'auto');
    await expect(check('voc/JPEGImages/x.html', 'voc')).rejects.toThrow(FileErrorText);
    await expect(check('lists/train.txt', 'lists')).rejects.toThrow(FileErrorText);
    await expect(check('idx/train-images-idx3-ubyte.gz', 'idx')).rejects.toThrow(FileErrorText);
    await expect(check('one.txt', 'one.txt')).rejects.toThrow('one.txt: is the list of the data set; write outside');
    for (const [out, data] of [
      ['voc/run', 'voc'],
      ['lists/run', 'lists'],
      ['lists/new.txt', 'lists'],
      ['idx/run', 'idx'],
      ['run', 'one.txt'],
    ] as const) {
      await check(out, data);
    }
    await keepOffData(join(root, 'x'), 'digits', 'auto');
    await keepOffData(join(root, 'x'), join(root, 'nowhere'), 'auto');
  });
});

const FileErrorText = /lies in the data set .*, which it would change; write outside the data set$/;

it('outputFile never writes over a picture', async () => {
  const root = folders('set/cat');
  writeFileSync(join(root, 'set', 'cat', '1.png'), plainPng(3, 2));
  writeFileSync(join(root, 'features.png'), 'an earlier result under an odd name');
  await expect(outputFile(join(root, 'set', 'cat', '1.png'))).rejects.toThrow('1.png: is a picture; write to another');
  expect(await outputFile(join(root, 'features.png'))).toBe(join(root, 'features.png'));
});
