import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openCaltech101 } from '../../src/data/caltech101.node.js';
import { classCounts, type ImageDataset } from '../../src/data/dataset.js';
import { folderNotes } from '../../src/data/folder-notes.js';
import { openIdx, openIdxFolder } from '../../src/data/idx.node.js';
import { openImageFolder } from '../../src/data/image-folder.node.js';
import { openListFile } from '../../src/data/list-file.node.js';
import { FileError, SppgpuError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { plainPng } from './pictures.js';

const picture = plainPng(3, 2);

function files(contents: Record<string, string | Uint8Array>): string {
  const root = tempFolder();
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const ids = (dataset: ImageDataset) => Array.from({ length: dataset.length }, (_, i) => dataset.entry(i).id);

describe('openImageFolder', () => {
  it('sorts classes and pictures, takes those of inner folders and names the rest', async () => {
    const root = files({
      'b/2.PNG': picture,
      'b/10.png': picture,
      'a/x.jpeg': picture,
      'a/y.jpg': picture,
      'a/notes.txt': '',
      'a/.hidden.png': '',
      'a/nested/z.png': picture,
      'a/nested/deeper/v.jfif': picture,
      'a/folder.png/.keep': '',
      'a/taken.jpg/1.png': picture,
      'loose.png': picture,
      '.cache/q.png': picture,
      'README.md': '',
    });
    symlinkSync(join(root, 'a'), join(root, 'c'));
    const dataset = await openImageFolder(root);
    expect(dataset.classes).toEqual(['a', 'b', 'c']);
    const own = ['nested/deeper/v.jfif', 'nested/z.png', 'taken.jpg/1.png', 'x.jpeg', 'y.jpg'];
    expect(ids(dataset)).toEqual([
      ...own.map((file) => `a/${file}`),
      ...['b/10.png', 'b/2.PNG'],
      ...own.map((file) => `c/${file}`),
    ]);
    expect(dataset.ignored).toEqual(['README.md', 'a/notes.txt', 'a/folder.png/', 'c/notes.txt', 'c/folder.png/']);
    expect(dataset.loose).toEqual(['loose.png']);
    expect([...dataset.nested].slice(0, 3)).toEqual([
      ['a/nested/deeper', 1],
      ['a/nested', 1],
      ['a/taken.jpg', 1],
    ]);
    expect(await dataset.item(5)).toMatchObject({ label: 1, id: 'b/10.png', image: { width: 3, height: 2 } });
    expect(classCounts(dataset)).toEqual([5, 2, 5]);
    expect(() => dataset.entry(12)).toThrow(/no item 12; it has 12/);
    expect(folderNotes({ ...dataset, name: 'set' })).toEqual([
      'set: 6 of 12 pictures lie in folders within their class folder: a/nested/deeper/, a/nested/, a/taken.jpg/, ...',
      'set: 1 picture lies beside the class folders, left out: loose.png',
      'set: 5 files are not PNG or JPEG, left out: README.md, a/notes.txt, a/folder.png/, ...',
    ]);
  });

  it('comes to an end where links lead in circles, and enters a folder once', async () => {
    const root = files({ 'a/inner/x.png': picture, 'a/y.png': picture });
    symlinkSync(join(root, 'a'), join(root, 'a', 'inner', 'up'));
    symlinkSync(join(root, 'a', 'inner'), join(root, 'a', 'zzz'));
    expect(ids(await openImageFolder(root))).toEqual(['a/inner/x.png', 'a/y.png']);
  });

  it('says nothing of an ordinary folder, and does not take folders of classes for one class', async () => {
    const root = files({ 'data/cat/1.png': picture, 'data/cat/2.png': picture, 'data/dog/1.png': picture });
    expect(folderNotes(await openImageFolder(join(root, 'data'), { minPerClass: 1 }))).toEqual([]);
    await expect(openImageFolder(root)).rejects.toThrow(
      /has one class folder only, data, whose 3 pictures lie in 2 folders; give \S+data if those are the classes/,
    );
  });

  it('says what is wrong with a folder', async () => {
    await expect(openImageFolder(files({ 'a/x.png': picture, 'a/y.png': picture, 'b/z.txt': '' }))).rejects.toThrow(
      /b: has no pictures; add/,
    );
    await expect(openImageFolder(files({ 'a/x.png': picture }))).rejects.toThrow(/a: has only 1 of the 2 pictures/);
    await expect(openImageFolder(files({ 'x.png': picture }))).rejects.toThrow(/has no class folders/);
    await expect(openImageFolder(join(tempFolder(), 'none'))).rejects.toThrow(/none: no such file or folder/);
    const root = files({ 'a/x.png': picture });
    await expect(openImageFolder(join(root, 'a', 'x.png'))).rejects.toThrow(FileError);
    expect((await openImageFolder(root, { minPerClass: 1 })).length).toBe(1);
  });
});

describe('openListFile', () => {
  it('reads numbers, names, paths with spaces, comments and folder names as labels', async () => {
    const root = files({
      'numbers.txt': '# a comment\r\n\r\na b.png 1\r\nsub/c.png\t0\n',
      'names.txt': 'x.png dog\ny.png cat\n',
      'folders.txt': 'dog/a b.png\ncat/c.JPG\n',
      'a b.png': picture,
    });
    const numbers = await openListFile(join(root, 'numbers.txt'));
    expect(numbers.classes).toEqual(['0', '1']);
    expect(numbers.entry(0)).toMatchObject({ id: 'a b.png', label: 1 });
    expect((await numbers.item(0)).image.width).toBe(3);
    await expect(numbers.item(1)).rejects.toThrow(/c\.png: no such file/);
    const names = await openListFile(join(root, 'names.txt'));
    expect([names.classes, names.entry(0).label]).toEqual([['cat', 'dog'], 1]);
    const folders = await openListFile(join(root, 'folders.txt'), { root: '/elsewhere' });
    expect([folders.classes, folders.entry(0)]).toEqual([
      ['cat', 'dog'],
      { id: 'dog/a b.png', label: 1, path: '/elsewhere/dog/a b.png' },
    ]);
    const given = await openListFile(join(root, 'numbers.txt'), { classes: ['x', 'y', 'z'] });
    expect(given.entry(0).label).toBe(1);
  });

  it.each([
    ['a.png 0\n\nb.png 7\n', /list\.txt:3: label 7 is not in 0\.\.1; correct/],
    ['a.png -1\n', /:1: label -1 is not in/],
    ['a.png 0.5\n', /:1: label 0.5 is not in/],
    ['a.png bird\n', /:1: "bird" is not a class/],
    ['a.png\n', /:1: "a.png" has no label; write "path label"/],
    ['# nothing\n', /list\.txt: lists no pictures/],
  ])('names the bad line of %j', async (text, message) => {
    const path = join(files({ 'list.txt': text }), 'list.txt');
    await expect(openListFile(path, { classes: ['cat', 'dog'] })).rejects.toThrow(message);
  });

  it('refuses mixed labels and huge ones without a class list', async () => {
    const root = files({ 'mixed.txt': 'a.png cat\nb.png 1\n', 'huge.txt': 'a.png 4000000000\n' });
    await expect(openListFile(join(root, 'mixed.txt'))).rejects.toThrow(/mixed\.txt:2: mixes numbers and names/);
    await expect(openListFile(join(root, 'huge.txt'))).rejects.toThrow(/huge\.txt:1: label 4000000000 is not in/);
  });
});

describe('a list', () => {
  const text = 'ä.png cat\rb.png dog\r\nc.png dog\n';

  it.each([
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(`# list\r${text}`, 'utf16le')],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
  ])('may be in %s, and end its lines with a lone CR', async (_, bytes) => {
    const dataset = await openListFile(join(files({ 'list.txt': bytes }), 'list.txt'));
    expect([dataset.classes, ids(dataset)]).toEqual([
      ['cat', 'dog'],
      ['ä.png', 'b.png', 'c.png'],
    ]);
  });

  it('is quoted in short, without what a terminal acts upon', async () => {
    const path = join(files({ 'list.txt': `a.png \u001b[31m${'x'.repeat(28_000)}\n` }), 'list.txt');
    const error = await openListFile(path, { classes: ['a'] }).catch((problem: Error) => problem);
    expect((error as Error).message).toContain(':1: "\\u001b[31mxxx');
    expect((error as Error).message).not.toContain('\u001b');
    expect((error as Error).message.length).toBeLessThan(300);
    const dataset = await openListFile(path);
    await expect(dataset.item(0)).rejects.toThrow(/a\.png: no such file/);
    const binary = join(files({ 'list.txt': 'a.png cat\0\n' }), 'list.txt');
    await expect(openListFile(binary)).rejects.toThrow('holds NUL characters, so it is not a text; save it as UTF-8');
  });
});

describe('openCaltech101', () => {
  const tree = Object.fromEntries(
    ['ant', 'BACKGROUND_Google', 'bass'].flatMap((name, k) =>
      Array.from({ length: 5 + k }, (_, i) => [`101_ObjectCategories/${name}/image_${i}.png`, picture]),
    ),
  );

  it('splits class by class, the same way for the same seed', async () => {
    const root = files(tree);
    const split = await openCaltech101(root, { seed: 1, train: 3, test: 3 });
    expect(split.train.classes).toEqual(['BACKGROUND_Google', 'ant', 'bass']);
    expect(classCounts(split.train)).toEqual([3, 3, 3]);
    expect(classCounts(split.test)).toEqual([3, 2, 3]);
    expect(ids(split.train).filter((id) => ids(split.test).includes(id))).toEqual([]);
    const again = await openCaltech101(join(root, '101_ObjectCategories'), { seed: 1, train: 3, test: 3 });
    const other = await openCaltech101(root, { seed: 2, train: 3, test: 3 });
    expect(ids(again.train)).toEqual(ids(split.train));
    expect(ids(other.train)).not.toEqual(ids(split.train));
    const without = await openCaltech101(root, { seed: 1, train: 3, background: false });
    expect(without.train.classes).toEqual(['ant', 'bass']);
  });

  it('names the class that is too small', async () => {
    const attempt = openCaltech101(files(tree), { seed: 1, train: 5 });
    await expect(attempt).rejects.toThrow(/class "ant" has 5 pictures, too few to train on 5; lower/);
    await expect(attempt).rejects.toBeInstanceOf(SppgpuError);
  });
});

describe('openIdx', () => {
  const idx = (shape: number[], data: number[], type = 8) =>
    Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [n >>> 24, n >>> 16, n >>> 8, n]), ...data]);
  const images = idx([2, 1, 3], [1, 2, 3, 4, 5, 6]);
  const labels = idx([2], [1, 0]);

  it('reads pairs, gzipped or not, under their usual names', async () => {
    const root = files({
      'train-images-idx3-ubyte.gz': gzipSync(images),
      'train-labels.idx1-ubyte': labels,
    });
    const dataset = await openIdxFolder(root, 'train');
    expect(dataset.classes).toEqual(['0', '1']);
    const { image, label } = await dataset.item(1);
    expect([label, image]).toEqual([0, { width: 3, height: 1, data: Uint8Array.of(4, 4, 4, 5, 5, 5, 6, 6, 6) }]);
    await expect(openIdxFolder(root, 'test')).rejects.toThrow(/has no test images in IDX format/);
  });

  it('refuses a few hundred kilobytes that unpack to 2^28 pictures, before it unpacks them', async () => {
    const bomb = (shape: number[]) => gzipSync(Buffer.concat([idx(shape, []), Buffer.alloc(2 ** 28)]), { level: 9 });
    const root = files({ images: bomb([2 ** 28, 1, 1]), labels: bomb([2 ** 28]) });
    const before = process.memoryUsage().arrayBuffers;
    await expect(openIdx(join(root, 'images'), join(root, 'labels'))).rejects.toThrow(
      /images: states the shape 268435456x1x1, 268435472 bytes; at most 10000000 items and 1073741824 bytes are read; make/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
  });

  it('makes the entries of millions of pictures when they are asked for', async () => {
    const count = 5_000_000;
    const root = files({
      images: gzipSync(Buffer.concat([idx([count, 1, 1], []), Buffer.alloc(count, 7)])),
      labels: gzipSync(Buffer.concat([idx([count], []), Buffer.alloc(count, 1)])),
    });
    const before = process.memoryUsage().heapUsed;
    const dataset = await openIdx(join(root, 'images'), join(root, 'labels'));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 27);
    expect(dataset.entry(count - 1)).toEqual({ id: `images#${count - 1}`, label: 1 });
    expect([...(await dataset.item(3)).image.data]).toEqual([7, 7, 7]);
    for (const none of [count, -1, 0.5]) expect(() => dataset.entry(none)).toThrow(`no item ${none}; it has`);
  });

  it.each<[string, Uint8Array, Uint8Array, RegExp]>([
    [
      'a header of 255 sides',
      Uint8Array.from([0, 0, 8, 255, ...Array(255 * 4).fill(0xff)]),
      labels,
      /^.{0,120}images: states the shape 4294967295x42949672[\dx]*\.\.\.[\dx]*95, .{0,120}$/,
    ],
    ['cut off', images.subarray(0, -1), labels, /images: shape 2x1x3 needs 6 bytes, it has 5/],
    ['another file', Uint8Array.of(1, 2, 3), labels, /images: is not an IDX file/],
    ['floats', idx([1, 1, 1], [0, 0, 0, 0], 0x0d), labels, /images: has element type 13, not bytes/],
    [
      'overflow',
      idx([0xffffffff, 0xffffffff, 0xffffffff], []),
      labels,
      /images: states the shape 4294967295x.*; make it smaller/,
    ],
    ['no pictures', labels, labels, /images: has shape 2, not pictures/],
    ['labels of others', images, idx([3], [0, 1, 0]), /labels: has shape 3, not 2 labels/],
    ['label out of range', images, idx([2], [0, 9]), /labels: label 9 of item 1 is not in 0\.\.1/],
    ['more than its shape', gzipSync(idx([2, 1, 3], Array(9000).fill(0))), labels, /unpacks to more than the 22 bytes/],
    ['cut off gzip', gzipSync(images.subarray(0, -1)), labels, /images: shape 2x1x3 needs 6 bytes, it has 5/],
    ['damaged gzip', gzipSync(images).fill(7, 12), labels, /images: has damaged gzip data/],
  ])('refuses: %s', async (_, imageBytes, labelBytes, message) => {
    const root = files({ images: imageBytes, labels: labelBytes });
    await expect(openIdx(join(root, 'images'), join(root, 'labels'), ['a', 'b'])).rejects.toThrow(message);
  });
});
