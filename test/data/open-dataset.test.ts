import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { classCounts } from '../../src/data/dataset.js';
import { openDataset } from '../../src/data/open-dataset.node.js';
import { concatenateDatasets, holdOut } from '../../src/data/subset.js';
import { plainPng } from './pictures.js';

const root = mkdtempSync(join(tmpdir(), 'sppgpu-open-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folder(name: string, classes: Record<string, number>): string {
  for (const [label, count] of Object.entries(classes)) {
    mkdirSync(join(root, name, label), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(root, name, label, `${i}.png`), plainPng(4, 4));
  }
  return join(root, name);
}

describe('auto', () => {
  it('takes class folders, and holds a share of every class out', async () => {
    const path = folder('plain', { cat: 10, dog: 4 });
    const whole = await openDataset(path, { seed: 1 });
    expect([whole.format, whole.train.length, whole.test]).toEqual(['folder', 14, null]);
    const { train, test } = await openDataset(path, { seed: 1, holdout: 0.2 });
    expect([classCounts(train), classCounts(test!)]).toEqual([
      [8, 3],
      [2, 1],
    ]);
  });

  it('takes train and val folders as they are', async () => {
    folder('parts/train', { cat: 3, dog: 3 });
    folder('parts/val', { cat: 1, dog: 2 });
    const { train, test } = await openDataset(join(root, 'parts'), { seed: 1, holdout: 0.5 });
    expect([train.length, test!.length]).toEqual([6, 3]);
  });

  it('takes Train and valid as parts too, and says what it does not use', async () => {
    folder('written/Train', { cat: 3, dog: 3 });
    folder('written/valid', { cat: 1, dog: 2 });
    folder('written/test', { cat: 1, dog: 2 });
    writeFileSync(join(root, 'written', 'x.png'), plainPng(4, 4));
    writeFileSync(join(root, 'written', 'Train', 'y.png'), plainPng(4, 4));
    const { train, test, notes } = await openDataset(join(root, 'written'), { seed: 1 });
    expect([train.classes, train.length, test!.length]).toEqual([['cat', 'dog'], 6, 3]);
    expect(notes).toEqual([
      'written: not used beside Train and valid: test/, x.png',
      'Train: 1 picture lies beside the class folders, left out: y.png',
    ]);
  });

  it('takes a train folder alone, and says why it does not beside others', async () => {
    folder('alone/train', { cat: 3, dog: 3 });
    const { train, test } = await openDataset(join(root, 'alone'), { seed: 1 });
    expect([train.classes, train.length, test]).toEqual([['cat', 'dog'], 6, null]);
    folder('alone', { others: 2 });
    await expect(openDataset(join(root, 'alone'), { seed: 1 })).rejects.toThrow(
      /train: has folders of its own, so it is not a class, and others is not a test part; call the test part val or test, or give/,
    );
    const classes = await openDataset(folder('vehicles', { train: 2, bus: 2 }), { seed: 1 });
    expect(classes.train.classes).toEqual(['bus', 'train']);
  });

  it('knows Fashion-MNIST by the name of its folder, however the path is written', async () => {
    const idx = (shape: number[]) => Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((n) => [0, 0, 0, n]), 1]);
    const classesOf = async (name: string, path = join(root, name)) => {
      mkdirSync(join(root, name), { recursive: true });
      for (const part of ['train', 't10k']) {
        writeFileSync(join(root, name, `${part}-images-idx3-ubyte`), idx([1, 1, 1]));
        writeFileSync(join(root, name, `${part}-labels-idx1-ubyte`), idx([1]));
      }
      return (await openDataset(path, { seed: 1 })).train.classes;
    };
    expect((await classesOf('fashion-mnist'))[1]).toBe('trouser');
    expect((await classesOf('fashion-mnist', relative('.', join(root, 'fashion-mnist'))))[1]).toBe('trouser');
    expect((await classesOf('fashion-mnist', `${root}/fashion-mnist/.`))[1]).toBe('trouser');
    expect((await classesOf('FashionMNIST/raw'))[1]).toBe('trouser');
    expect(await classesOf('fashion-week/mnist')).toEqual(['0', '1']);
    // Without the t10k files there is no test part of its own.
    for (const kind of ['images-idx3', 'labels-idx1'])
      rmSync(join(root, 'fashion-week', 'mnist', `t10k-${kind}-ubyte`));
    const alone = await openDataset(join(root, 'fashion-week', 'mnist'), { seed: 1 });
    expect([alone.train.length, alone.test]).toEqual([1, null]);
  });

  it('refuses parts of different classes', async () => {
    folder('unequal/train', { cat: 2, dog: 2 });
    folder('unequal/test', { cat: 2, fox: 2 });
    await expect(openDataset(join(root, 'unequal'), { seed: 1 })).rejects.toThrow(
      'different classes ("dog" is in training only); give both the same',
    );
    folder('more/train', { cat: 2 });
    folder('more/test', { cat: 2, fox: 2 });
    await expect(openDataset(join(root, 'more'), { seed: 1 })).rejects.toThrow('"fox" is in the test part only');
  });

  it('takes lists: a file, or a folder with train.txt and test.txt', async () => {
    const path = folder('lists', { cat: 3, dog: 3 });
    writeFileSync(join(path, 'train.txt'), 'cat/0.png\ncat/1.png\ndog/0.png\n');
    writeFileSync(join(path, 'test.txt'), 'dog/2.png\n');
    const both = await openDataset(path, { seed: 1 });
    expect([both.format, both.train.length, both.test!.length]).toEqual(['list', 3, 1]);
    expect(both.test!.entry(0).label).toBe(1);
    const one = await openDataset(join(path, 'train.txt'), { seed: 1 });
    expect([one.format, one.train.classes, one.test]).toEqual(['list', ['cat', 'dog'], null]);
  });

  it('takes the built-in digits by name', async () => {
    const { format, train, test } = await openDataset('digits', { seed: 1 });
    expect([format, train.length, test!.length]).toEqual(['digits', 8000, 2000]);
  });

  it('names a path that is not there, or that holds nothing of the kind', async () => {
    await expect(openDataset(join(root, 'nowhere'), { seed: 1 })).rejects.toThrow('nowhere: no such file or folder');
    const path = folder('plain', { cat: 10 });
    await expect(openDataset(path, { seed: 1, format: 'idx' })).rejects.toThrow('has no train images in IDX format');
    await expect(openDataset(path, { seed: 1, format: 'voc' })).rejects.toThrow('has no VOC data');
    await expect(openDataset(path, { seed: 1, format: 'list' })).rejects.toThrow('has no train.txt');
  });
});

describe('parts of a data set', () => {
  it('are disjoint, complete and the same for the same seed', async () => {
    const { train: dataset } = await openDataset(folder('plain', { cat: 10, dog: 4 }), { seed: 1 });
    const ids = (seed: number) => {
      const { train, test } = holdOut(dataset, { share: 0.3, seed });
      return [train, test].map((part) => Array.from({ length: part.length }, (_, i) => part.entry(i).id));
    };
    const [train, test] = ids(5);
    expect([...train!, ...test!].sort()).toEqual(
      Array.from({ length: dataset.length }, (_, i) => dataset.entry(i).id).sort(),
    );
    expect(ids(5)).toEqual([train, test]);
    expect(ids(6)).not.toEqual([train, test]);
    expect(() => holdOut(dataset, { share: 1, seed: 1 })).toThrow('cannot hold out 1');
  });

  it('join again in order', async () => {
    const { train: dataset } = await openDataset(folder('plain', { cat: 10, dog: 4 }), { seed: 1 });
    const { train, test } = holdOut(dataset, { share: 0.3, seed: 5 });
    const joined = concatenateDatasets([train, test]);
    expect(joined.length).toBe(dataset.length);
    expect(joined.entry(train.length)).toEqual(test.entry(0));
    expect((await joined.item(0)).image.width).toBe(4);
    expect(() => joined.entry(99)).toThrow('no item 99');
  });
});
