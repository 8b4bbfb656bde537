/** `detect score`: detections made elsewhere, judged. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jpegBytes } from '../data/pictures.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, jsonLines, sppgpu } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-score-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};

const object = (name: string, ...corners: readonly number[]) => {
  const [xmin, ymin, xmax, ymax] = corners;
  const box = `<xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax>`;
  return `<object><name>${name}</name><bndbox>${box}</bndbox></object>`;
};
const voc = join(folder, 'voc');
write('voc/ImageSets/Main/val.txt', 'a\nb\nbroken\n');
write(
  'voc/Annotations/a.xml',
  `<annotation>${object('cat', 1, 1, 20, 20)}${object('dog', 31, 1, 50, 20)}</annotation>`,
);
write('voc/Annotations/b.xml', `<annotation>${object('cat', 1, 1, 20, 20)}${object('cat', 5, 5, 5, 5)}</annotation>`);
write('voc/Annotations/broken.xml', '<annotation>');
for (const name of ['a', 'b', 'broken']) {
  write(
    `voc/JPEGImages/${name}.jpg`,
    jpegBytes(60, 40, (x, y) => [4 * x, 6 * y, 128]),
  );
}
const cat = { label: 'cat', score: 0.9, box: [0, 0, 20, 20] };
const detections = write(
  'found.jsonl',
  [
    { file: '/elsewhere/a.jpg', detections: [cat, { ...cat, score: 0.8, box: [30, 0, 50, 20] }] },
    { file: 'b.jpg', detections: [{ ...cat, score: 0.8 }] },
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join(''),
);
const judged = (...args: string[]) =>
  inProcess(['detect', 'score', '--voc', voc, '--set', 'val', '--detections', detections, ...args]);

test('--json: means, classes, and a report; what is left out is named', async () => {
  const report = join(folder, 'out', 'score.html');
  const { code, stdout, stderr } = await judged('--json', '--report', report);
  expect(code).toBe(0);
  const [line, ...others] = jsonLines(stdout) as [Record<string, unknown>];
  expect(others).toEqual([]);
  expect(Object.keys(line)).toEqual(['map', 'ap11', 'apAll', 'perClass', 'images', 'seconds']);
  // A right cat, then a right and a wrong one at once: precision 1 up to one half, then 2/3. The dog was not found.
  const ap11 = (6 + 5 * (2 / 3)) / 11;
  const classes = line.perClass as { label: string; ap11: number; apAll: number }[];
  const of = (label: string) => classes.find((own) => own.label === label)!;
  expect(of('cat')).toEqual({
    label: 'cat',
    ap11: expect.closeTo(ap11, 12),
    apAll: expect.closeTo(5 / 6, 12),
    objects: 2,
    detections: 3,
    found: 2,
  });
  expect(of('dog')).toMatchObject({ ap11: 0, apAll: 0, objects: 1, detections: 0, found: 0 });
  expect(of('bird')).toMatchObject({ ap11: null, objects: 0 });
  expect(line).toMatchObject({ map: expect.closeTo(ap11 / 2, 12), apAll: expect.closeTo(5 / 12, 12), images: 2 });
  expect(line.ap11).toBe(line.map);
  expect(stderr).toMatch(/broken\.xml: is not valid XML.*left out/);
  expect(stderr).toMatch(/b\.jpg: object 2 \("cat"\) has a box without extent; left out/);
  const page = readFileSync(report, 'utf8');
  for (const part of ['Missed', 'Confused', 'cat 0.80, is dog, overlap 1.00']) expect(page).toContain(part);
});

test('for people: a line for each class, the mean below', async () => {
  const { stdout } = await judged();
  expect(stdout).toMatch(/^class +objects +found +detections +AP % +all-point %$/m);
  expect(stdout).toMatch(/^cat +2 +2 +3 +84\.85 +83\.33$/m);
  expect(stdout).toMatch(/^bird +0 +0 +0 +\S+ +\S+$/m);
  expect(stdout).toMatch(/^mAP 42\.42 % \(11 points\), 41\.67 % \(all points\), 2 pictures of voc val;/m);
});

test('annotations of COCO give the same numbers', async () => {
  const coco = write(
    'voc/all.json',
    JSON.stringify({
      images: ['a', 'b'].map((name, id) => ({ id, file_name: `JPEGImages/${name}.jpg`, width: 60, height: 40 })),
      categories: ['cat', 'dog'].map((name, id) => ({ id, name })),
      annotations: [
        { image_id: 0, category_id: 0, bbox: [0, 0, 20, 20] },
        { image_id: 0, category_id: 1, bbox: [30, 0, 20, 20] },
        { image_id: 1, category_id: 0, bbox: [0, 0, 20, 20] },
      ],
    }),
  );
  const { stdout } = await sppgpu(['detect', 'score', '--coco', coco, '--detections', detections, '--json']);
  expect(jsonLines(stdout)[0]).toMatchObject({ map: expect.closeTo((6 + 5 * (2 / 3)) / 22, 12), images: 2 });
});

test('refuses what cannot be, in one line', async () => {
  const score = (...args: string[]) => inProcess(['detect', 'score', ...args]);
  expectRefusal(
    await score('--detections', detections),
    /no pictures; give --voc FOLDER --set NAME, or --coco FILE/,
    2,
  );
  expectRefusal(await score('--voc', voc, '--detections', detections), /no list of pictures; give --set NAME/, 2);
  const inside = join(voc, 'JPEGImages', 'x.html');
  expectRefusal(await judged('--report', inside), /lies in the data set .*; write outside the data set/);
  const strange = write('strange.json', '[{"file": "z.jpg", "detections": []}]');
  const other = await score('--voc', voc, '--set', 'val', '--detections', strange);
  expectRefusal(other, /has no picture of voc val/);
  expect((await score('--voc', voc, '--set', 'val')).code).toBe(2);
  expect(errorLines(await score('--help'))).toEqual([]);
});
