/** Which picture a path, name or id means. */
import { expect, test } from 'vitest';
import { pictureFinder } from '../../src/data/picture-finder.js';

test('knows a picture by path, name, or id', () => {
  const find = pictureFinder(['000001', '000002'].map((id) => ({ id, path: `/voc/JPEGImages/${id}.jpg` })));
  for (const name of ['000002', '000002.jpg', 'elsewhere/000002.jpg', 'C:\\p\\000002.png', './000002.jpg']) {
    expect(find(name)).toEqual([1]);
  }
  for (const name of ['000003.jpg', '2', '', '/']) expect(find(name)).toEqual([]);
});

test('tells pictures of the same name apart by their folders, if it can', () => {
  const find = pictureFinder([{ path: 'x/a.jpg' }, { path: 'y/a.jpg' }, { path: 'y/z/a.jpg' }]);
  const all = [0, 1, 2];
  expect(['x/a.jpg', '/data/y/a.jpg', 'z/a.jpg', 'a.jpg', 'w/a.jpg'].map(find)).toEqual([[0], [1], [2], all, all]);
});

test('the whole name goes before the stem, and only endings of pictures are left out', () => {
  const find = pictureFinder([{ path: 'x/a.jpg' }, { path: 'x/a.png' }, { path: 'x/img.v2.jpeg' }]);
  expect(['a.png', 'a', 'a.bmp', 'img.v2', 'img'].map(find)).toEqual([[1], [0, 1], [], [2], []]);
});
