/** Detections made elsewhere: as JSON, as VOC's files, and what is wrong with them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetOf } from '../../src/data/dataset.js';
import { parseDetections } from '../../src/detect/evaluation/parse-detections.js';
import { readDetections } from '../../src/detect/evaluation/read-detections.node.js';
import { classOfResults, parseVocResults } from '../../src/detect/evaluation/voc-results.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';

const set = (entries: readonly { id: string; path?: string }[]) =>
  datasetOf(
    'set',
    ['cat', 'dog'],
    entries.map((entry) => ({ label: -1, ...entry })),
    () => ({ width: 1, height: 1, data: new Uint8Array(3) }),
  );
const DATASET = set([
  { id: '000001', path: '/voc/JPEGImages/000001.jpg' },
  { id: '000002', path: '/voc/JPEGImages/000002.jpg' },
]);
const one = { label: 'cat', score: 0.5, box: [1, 2, 3.5, 4] };
const detection = { label: 0, score: 0.5, box: { x0: 1, y0: 2, x1: 3.5, y1: 4 } };

function file(content: string): string {
  const path = join(tempFolder(), 'found.json');
  writeFileSync(path, content);
  return path;
}

describe('parseDetections', () => {
  it('takes a list, or a value per line', () => {
    const records = [
      { file: 'a.jpg', detections: [one, { ...one, score: null }], seconds: {} },
      { file: 'b.jpg', detections: [] },
    ];
    const lines = `\n${records.map((record) => JSON.stringify(record)).join('\r\n')}\n`;
    for (const text of [JSON.stringify(records), ` ${JSON.stringify(records, null, 2)}`, lines]) {
      const [a, b] = parseDetections(text, 'x');
      expect(a!.detections).toEqual([
        { label: 'cat', score: 0.5, box: detection.box },
        { label: 'cat', score: Number.NaN, box: detection.box },
      ]);
      expect(b).toEqual({ file: 'b.jpg', detections: [] });
    }
    expect(parseDetections('', 'x')).toEqual([]);
  });

  it.each([
    ['{"file": "a"', /^x: line 1 is not valid JSON/],
    ['[1', /^x: is not valid JSON/],
    ['[1]', /^x: \[0\] is 1, not an object/],
    ['{"detections": []}', /^x: record 1: file is undefined, not a name/],
    ['{"file": "a", "detections": {}}', /record 1: detections is \{\}, not a list/],
    ['{"file": "a", "detections": [{"label": 3, "score": 1, "box": [0, 0, 1, 1]}]}', /detections\[0\]: label is 3/],
    ['{"file": "a", "detections": [{"label": "b", "score": "1", "box": [0, 0, 1, 1]}]}', /score is "1", not a number/],
    [
      '{"file": "a", "detections": [{"label": "b", "score": 1, "box": [0, 0, 1]}]}',
      /box is \[0,0,1\], not four numbers/,
    ],
  ])('refuses %#', (text, message) => {
    expect(() => parseDetections(text, 'x')).toThrow(FileError);
    expect(() => parseDetections(text, 'x')).toThrow(message);
  });
});

describe('readDetections', () => {
  it('says what does not count', async () => {
    const records = [
      { file: '000001.jpg', detections: [one, { ...one, label: 'zebra' }, { ...one, label: 'zebra' }] },
      { file: 'other.jpg', detections: [one] },
    ];
    const path = file(JSON.stringify(records));
    const { perPicture, notes } = await readDetections(path, DATASET);
    expect(perPicture).toEqual([[detection], []]);
    expect(notes).toEqual([
      `${path}: 1 of its pictures are not in set, such as "other.jpg"`,
      `${path}: 2 detections are "zebra", which is not a class of set`,
      `${path}: has nothing of 1 of the 2 pictures of set`,
    ]);
  });

  it('refuses detections of other pictures, and a picture that stands twice', async () => {
    const read = (...files: string[]) =>
      readDetections(file(JSON.stringify(files.map((name) => ({ file: name, detections: [] })))), DATASET);
    await expect(read('a.jpg')).rejects.toThrow(
      /has no picture of set \("a\.jpg" is not one\); give detections of its/,
    );
    await expect(read('000001.jpg', '000001')).rejects.toThrow(/has "000001" twice; give each picture once/);
    await expect(readDetections(join(tempFolder(), 'none.json'), DATASET)).rejects.toThrow(/no such file/);
  });

  it("takes VOC's files of results, with pixels from 1 and both ends inside", async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'deeper'));
    writeFileSync(join(folder, 'comp4_det_test_cat.txt'), '000001 0.5 2 3 3.5 4\n\n000002 -1e-3 1 1 5 5\n');
    writeFileSync(join(folder, 'comp4_det_test_cow.txt'), '');
    const { perPicture, notes } = await readDetections(folder, DATASET);
    expect(perPicture).toEqual([[detection], [{ label: 0, score: -0.001, box: { x0: 0, y0: 0, x1: 5, y1: 5 } }]]);
    expect(notes).toEqual([
      `${join(folder, 'comp4_det_test_cow.txt')}: is of no class of the set by its name; not used`,
    ]);
    writeFileSync(join(folder, 'cat.txt'), '');
    await expect(readDetections(folder, DATASET)).rejects.toThrow(/is of the class "cat", as cat\.txt is; keep one/);
    await expect(readDetections(tempFolder(), DATASET)).rejects.toThrow(/has no results of a class of the set/);
  });

  it('knows the class of a file by its end, and names bad lines', () => {
    expect(classOfResults('comp3_det_val_traffic_light.txt', ['light', 'traffic_light'])).toBe('traffic_light');
    expect(classOfResults('comp3_det_val_moonlight.txt', ['light'])).toBeUndefined();
    for (const line of ['a 1 2 3 4', 'a 1 2 3 4 x', 'a x 1 2 3 4', 'a 1 2 3 4 5 6']) {
      expect(() => parseVocResults(`a 1 2 3 4 5\n${line}`, 'cat', 'f.txt')).toThrow(
        /^f\.txt:2: ".*" is not a detection/,
      );
    }
  });
});
