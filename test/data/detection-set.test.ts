/** What comes of annotations that cannot be used as they are. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DetectionSource, openDetectionSet } from '../../src/data/detection-set.node.js';
import type { PixelBox } from '../../src/data/objects.js';
import { uprightBox } from '../../src/data/upright-box.js';
import { orientPicture } from '../../src/picture/orient.js';
import { fromGrey } from '../../src/picture/picture.js';
import { tempFolder } from '../io/temp-folder.js';
import { jpegBytes, plainPng, withOrientation } from './pictures.js';

interface Item {
  readonly picture?: Uint8Array;
  /** Objects as `name xmin ymin xmax ymax`, or an annotation as it stands. */
  readonly objects: readonly string[] | string;
  readonly size?: readonly [number, number];
}

const GREY = jpegBytes(40, 30, () => [128, 128, 128]);

function xmlOf({ objects, size = [40, 30] }: Item): string {
  if (typeof objects === 'string') return objects;
  const all = objects.map((text) => {
    const [name, ...corners] = text.split(' ');
    const [xmin, ymin, xmax, ymax] = corners;
    const box = `<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>`;
    return `<object><name>${name}</name>${box}</object>`;
  });
  return `<annotation><size><width>${size[0]}</width><height>${size[1]}</height></size>${all.join('')}</annotation>`;
}

/** A set in VOC's layout whose list is `all`. */
function voc(items: Readonly<Record<string, Item>>, list = Object.keys(items)): DetectionSource {
  const root = tempFolder();
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  };
  write('ImageSets/Main/all.txt', list.join('\n'));
  for (const [id, item] of Object.entries(items)) {
    write(`Annotations/${id}.xml`, xmlOf(item));
    write(`JPEGImages/${id}.jpg`, item.picture ?? GREY);
  }
  return { voc: root, set: 'all' };
}

async function opened(source: DetectionSource, classes?: readonly string[]) {
  const { dataset, notes } = await openDetectionSet(source, classes);
  const entries = Array.from({ length: dataset.length }, (_, i) => dataset.entry(i));
  const shown = ({ x0, y0, x1, y1 }: PixelBox): number[] => [x0, y0, x1, y1];
  return {
    dataset,
    notes: notes.map((note) => note.replace(/^.*\//u, '')),
    boxes: Object.fromEntries(entries.map(({ id, objects }) => [id, objects!.map(({ box }) => shown(box))])),
  };
}

describe('openDetectionSet', () => {
  it('leaves out what has no pixels, cuts what reaches out of the picture, and says so', async () => {
    const { boxes, notes, dataset } = await opened(
      voc({
        a: {
          objects: [
            'cat 5 5 5 5',
            'cat 9 9 4 12',
            'dog 1.5 1 41 30.25',
            'dog -20 -5 10 10',
            'cat 41 1 60 9',
            'cat 7 1 7 30',
          ],
        },
        none: { objects: [] },
      }),
    );
    expect(boxes).toEqual({
      a: [
        [0.5, 0, 40, 30],
        [0, 0, 10, 10],
        [6, 0, 7, 30],
      ],
      none: [],
    });
    expect(notes).toEqual([
      'a.jpg: object 1 ("cat") has a box without extent; left out',
      'a.jpg: object 2 ("cat") has an empty or inverted box; left out',
      'a.jpg: object 4 ("dog") reaches out of the picture; cut',
      'a.jpg: object 5 ("cat") lies outside the picture; left out',
    ]);
    expect((await dataset.item(0)).objects).toHaveLength(3);
  });

  it('leaves out what is broken, and works with the others', async () => {
    const source = voc(
      {
        good: { objects: ['cat 1 1 9 9'] },
        xml: { objects: '<annotation><object>' },
        nameless: { objects: '<annotation><object><bndbox/></object></annotation>' },
        cut: { objects: ['cat 1 1 9 9'], picture: GREY.subarray(0, 100) },
        text: { objects: ['cat 1 1 9 9'], picture: Buffer.from('hello') },
        other: { objects: ['cat 1 1 9 9'], size: [80, 60] },
        zero: { objects: ['cat 1 1 9 9'], size: [0, 0] },
      },
      ['good', 'xml', 'nameless', 'cut', 'text', 'other', 'gone', 'zero', 'good'],
    );
    const { boxes, notes } = await opened(source);
    expect(Object.keys(boxes)).toEqual(['good', 'zero']);
    expect(notes).toEqual([
      expect.stringMatching(/^xml\.xml: is not valid XML.*; left out$/),
      'nameless.xml: object 1 has no name; left out',
      'JPEGImages: has no picture "gone"; left out',
      expect.stringMatching(/^cut\.jpg: is cut off.*; left out$/),
      'text.jpg: is not a picture; left out',
      'other.jpg: has 40x30 pixels, its annotation says 80x60; left out',
      'good.jpg: is listed twice; taken once',
    ]);
  });

  it('says what is wrong where nothing is left', async () => {
    await expect(opened(voc({ a: { objects: 'none' } }))).rejects.toThrow(
      /has no picture that can be used \(.*a\.xml: .*\); correct the data$/,
    );
    await expect(opened({ voc: tempFolder(), set: 'all' })).rejects.toThrow(/has no VOC data/);
  });

  it('takes the classes of a model, and leaves out objects of others', async () => {
    const { dataset, notes } = await opened(voc({ a: { objects: ['zebra 1 1 9 9', 'dog 1 1 9 9'] } }), ['cat', 'dog']);
    expect(dataset.classes).toEqual(['cat', 'dog']);
    expect(dataset.entry(0)).toMatchObject({ label: 1, labels: [-1, 1], objects: [{ label: 1 }] });
    expect(notes).toEqual(['a.jpg: object 1 ("zebra") is of no class that is looked for; left out']);
  });

  it('turns boxes with the picture where they belong to the picture as stored', async () => {
    const turned = withOrientation(GREY, 6);
    const { boxes, notes, dataset } = await opened(
      voc({
        stored: { objects: ['cat 1 1 10 5'], picture: turned, size: [40, 30] },
        upright: { objects: ['cat 1 1 10 5'], picture: turned, size: [30, 40] },
        unknown: { objects: ['cat 1 1 10 5'], picture: turned, size: [0, 0] },
      }),
    );
    expect((await dataset.item(0)).image).toMatchObject({ width: 30, height: 40 });
    expect(boxes).toEqual({ stored: [[25, 0, 30, 10]], upright: [[0, 0, 10, 5]], unknown: [[0, 0, 10, 5]] });
    expect(notes).toEqual([
      'stored.jpg: its boxes are those of the picture as stored; turned upright with it',
      'unknown.jpg: is turned by EXIF; its boxes are taken for those of the upright picture',
    ]);
  });

  it('reads annotations of COCO, too', async () => {
    const root = tempFolder();
    writeFileSync(join(root, 'p.png'), plainPng(20, 10));
    const content = {
      images: [{ id: 1, file_name: 'p.png', width: 20, height: 10 }],
      categories: [{ id: 1, name: 'cat' }],
      annotations: [
        { image_id: 1, category_id: 1, bbox: [2, 2, 0, 4] },
        { image_id: 1, category_id: 1, bbox: [2, 2, 5, 4] },
      ],
    };
    writeFileSync(join(root, 'all.json'), JSON.stringify(content));
    const { boxes, notes } = await opened({ coco: join(root, 'all.json') });
    expect(boxes).toEqual({ 'p.png': [[2, 2, 7, 6]] });
    expect(notes).toEqual(['p.png: object 1 ("cat") has an empty or inverted box; left out']);
  });
});

describe('uprightBox', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('marks the same pixels as the turned picture, orientation %i', (orientation) => {
    const [width, height] = [7, 5];
    const box = { x0: 1, y0: 2, x1: 4, y1: 4 };
    const inside = (own: PixelBox, x: number, y: number) => x >= own.x0 && x < own.x1 && y >= own.y0 && y < own.y1;
    const grey = Uint8Array.from({ length: 35 }, (_, i) => Number(inside(box, i % width, Math.floor(i / width))));
    const turned = orientPicture(fromGrey(grey, width, height), orientation);
    const upright = uprightBox(box, width, height, orientation);
    for (let y = 0; y < turned.height; y++) {
      for (let x = 0; x < turned.width; x++) {
        expect(turned.data[3 * (y * turned.width + x)]).toBe(Number(inside(upright, x, y)));
      }
    }
  });
});
