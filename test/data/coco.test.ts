import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCoco } from '../../src/data/coco.node.js';
import { parseCoco } from '../../src/data/coco-annotations.js';
import { openDataset } from '../../src/data/open-dataset.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { plainPng } from './pictures.js';

const CATEGORIES = [
  { id: 7, name: 'dog' },
  { id: 3, name: 'cat', supercategory: 'animal' },
];
const image = (id: number | string, name: string, more = {}) => ({ id, file_name: name, width: 8, height: 6, ...more });
const annotation = (picture: number | string, category: number, bbox: unknown, more = {}) => {
  return { image_id: picture, category_id: category, bbox, iscrowd: 0, ...more };
};
const SOUND = {
  images: [image(1, 'a.png'), image(2, 'deep/b.png')],
  annotations: [
    annotation(2, 7, [1.5, 2, 3, 4]),
    annotation(1, 3, [0, 0, 8, 6], { iscrowd: 1 }),
    annotation(2, 3, [0, 0, 2, 2]),
  ],
  categories: CATEGORIES,
};

/** Writes annotations and the pictures they name. */
function coco(content: unknown, { file = 'all.json', pictures = '.' } = {}): string {
  const root = tempFolder();
  const write = (path: string, bytes: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  };
  for (const name of ['a.png', 'deep/b.png']) write(join(pictures, name), plainPng(8, 6));
  write(file, typeof content === 'string' ? content : JSON.stringify(content));
  return join(root, file);
}

describe('openCoco', () => {
  it('has classes by number, boxes with ends outside, and takes crowds for difficult', async () => {
    const dataset = await openCoco(coco(SOUND));
    expect([dataset.name, dataset.classes, dataset.length]).toEqual(['all.json', ['cat', 'dog'], 2]);
    const cat = { label: 0, truncated: false };
    expect(dataset.entry(0)).toMatchObject({ id: 'a.png', label: -1, labels: [0, -1] });
    expect(dataset.entry(0).objects).toEqual([{ ...cat, box: { x0: 0, y0: 0, x1: 8, y1: 6 }, difficult: true }]);
    expect(dataset.entry(1)).toMatchObject({ id: 'deep/b.png', label: 0, labels: [1, 1] });
    expect(dataset.entry(1).objects![0]).toEqual({
      ...{ label: 1, truncated: false, difficult: false },
      box: { x0: 1.5, y0: 2, x1: 4.5, y1: 6 },
    });
    expect(dataset.annotatedSize(1)).toEqual({ width: 8, height: 6 });
    expect((await dataset.item(1)).image).toMatchObject({ width: 8, height: 6 });
  });

  it('finds the pictures in the usual places', async () => {
    for (const places of [
      { pictures: 'images' },
      { file: 'annotations/instances_val2017.json', pictures: 'val2017' },
      { file: 'labels/x.json', pictures: 'images' },
    ]) {
      const dataset = await openCoco(coco(SOUND, places));
      expect((await dataset.item(0)).image.width).toBe(8);
    }
    const path = coco(SOUND, { pictures: 'elsewhere' });
    await expect((await openCoco(path)).item(0)).rejects.toThrow(/a\.png: no such file/);
    expect((await (await openCoco(path, { images: join(dirname(path), 'elsewhere') })).item(0)).image.width).toBe(8);
  });

  it('is a layout of openDataset', async () => {
    const { format, train, test } = await openDataset(coco(SOUND), { seed: 1 });
    expect([format, train.length, test]).toEqual(['coco', 2, null]);
  });

  it.each([
    ['{', /is not valid JSON/],
    ['[]', /is not an object of JSON; give annotations in the format of COCO/],
    [{ ...SOUND, images: undefined }, /has no list "images"/],
    [{ ...SOUND, categories: {} }, /has no list "categories"/],
    [{ ...SOUND, images: [] }, /has no pictures that can be used/],
    [{ ...SOUND, categories: [...CATEGORIES, { id: 9, name: 'cat' }] }, /has the category "cat" twice/],
    [{ ...SOUND, categories: [{ id: 1 }] }, /categories\[0\]: name is undefined, not a name/],
    [{ ...SOUND, images: [image(1, '../x.png')] }, /images\[0\]: file_name "\.\.\/x\.png" leads out of the folder/],
    [{ ...SOUND, images: [image(1, 'C:\\x.png')] }, /leads out of the folder/],
    [{ ...SOUND, images: [image(1, 'a.png'), image(1, 'b.png')] }, /images\[1\]: its id 1 is that of another picture/],
    [{ ...SOUND, images: [null] }, /images\[0\] is null, not an object/],
    [{ ...SOUND, annotations: [annotation(9, 3, [0, 0, 1, 1])] }, /annotations\[0\]: there is no picture 9/],
    [{ ...SOUND, annotations: [annotation(1, 9, [0, 0, 1, 1])] }, /annotations\[0\]: there is no category 9/],
    [{ ...SOUND, annotations: [annotation(1, 3, [0, 0, 1])] }, /bbox is \[0,0,1\], not x, y, width and height/],
    [{ ...SOUND, annotations: [annotation(1, 3, [0, 0, 1, '1'])] }, /not x, y, width and height/],
    [{ ...SOUND, annotations: [annotation(1, 3, [0, 0, 1, 1], { iscrowd: 2 })] }, /iscrowd is 2, not 0 or 1/],
  ])('refuses %#', async (content, message) => {
    const opening = openCoco(coco(content));
    await expect(opening).rejects.toThrow(FileError);
    await expect(opening).rejects.toThrow(message);
  });

  it('leaves out, where asked to, the pictures that something is wrong with, and names each problem', async () => {
    const problems: string[] = [];
    const annotations = [...SOUND.annotations, annotation(1, 3, 'here'), annotation(9, 3, [0, 0, 1, 1])];
    const content = { ...SOUND, annotations, images: [...SOUND.images, image(3, '/etc/passwd')] };
    const dataset = await openCoco(coco(content), { skip: ({ problem }) => problems.push(problem) });
    expect([0].map((i) => dataset.entry(i).id)).toEqual(['deep/b.png']);
    expect(dataset.length).toBe(1);
    expect(problems).toEqual([
      expect.stringMatching(/^images\[2\]: file_name/),
      expect.stringMatching(/^annotations\[3\]: bbox is "here"/),
      expect.stringMatching(/^annotations\[4\]: there is no picture 9/),
    ]);
  });

  it('whose every picture has a bad annotation has none that can be used', async () => {
    const content = { ...SOUND, annotations: SOUND.images.map(({ id }) => annotation(id, 999, [0, 0, 1, 1])) };
    const opened = openCoco(coco(content), { skip: () => {} });
    await expect(opened).rejects.toThrow('has no pictures that can be used');
  });

  it('never crashes on other JSON: it parses, or says in one line what is wrong', () => {
    const record = fc.record({
      images: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.constant(SOUND.images[0]), fc.jsonValue()))),
      annotations: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.constant(SOUND.annotations[1]), fc.jsonValue()))),
      categories: fc.oneof(fc.jsonValue(), fc.constant(CATEGORIES)),
    });
    fc.assert(
      fc.property(record, (content) => {
        try {
          const { pictures } = parseCoco(JSON.stringify(content), 'a.json', () => {});
          expect(pictures.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          expect(error.message).toMatch(/^a\.json: .*; .*$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
