/** `sppgpu propose`: windows of pictures and folders, recall of annotated sets, boxes of other programs. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadImage } from '../../src/data/decode.node.js';
import { pngBytes } from '../data/pictures.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, jsonLines, sppgpu } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-propose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A red thing on green ground; VOC's box of it. */
const THING = { xmin: 31, ymin: 21, xmax: 80, ymax: 60 };
const thing = (shift: number) =>
  pngBytes(120 + shift, 90, (x, y) => (x >= 30 && x < 80 && y >= 20 && y < 60 ? [210, 30, 30] : [30, 120 + shift, 40]));

const album = join(folder, 'album');
mkdirSync(join(album, 'more'), { recursive: true });
const pictures = ['a.png', 'b.png', 'more/a.png'].map((name) => join(album, name));
for (const [i, path] of pictures.entries()) writeFileSync(path, thing(i));

const voc = join(folder, 'voc');
for (const part of ['Annotations', 'ImageSets/Main', 'JPEGImages']) mkdirSync(join(voc, part), { recursive: true });
const ids = ['one', 'two', 'three'];
for (const [i, id] of ids.entries()) {
  const box = Object.entries(THING).map(([name, value]) => `<${name}>${value}</${name}>`);
  const size = `<size><width>${120 + i}</width><height>90</height></size>`;
  const object = `<object><name>thing</name><bndbox>${box.join('')}</bndbox></object>`;
  writeFileSync(join(voc, 'Annotations', `${id}.xml`), `<annotation>${size}${object}</annotation>`);
  writeFileSync(join(voc, 'JPEGImages', `${id}.png`), thing(i));
}
writeFileSync(join(voc, 'ImageSets', 'Main', 'val.txt'), ids.join('\n'));

interface Line {
  readonly file: string;
  readonly boxes: readonly (readonly number[])[];
  readonly seconds: number;
}

test('windows as JSON lines, in order, the same with any number of threads; they are a file of boxes', async () => {
  const run = async (...more: string[]) => {
    const result = await sppgpu(['propose', album, '--json', ...more]);
    expect(errorLines(result)).toEqual([]);
    expect(result.code).toBe(0);
    return { text: result.stdout, lines: jsonLines(result.stdout) as Line[] };
  };
  const { text, lines } = await run('--workers', '1');
  expect(lines.map(({ file }) => file)).toEqual(pictures);
  for (const [i, { boxes, seconds }] of lines.entries()) {
    expect(boxes[0]).toEqual([0, 0, 120 + i, 90, 1]);
    expect(boxes.map((box) => box.slice(0, 4))).toContainEqual([30, 20, 80, 60]);
    expect(seconds).toBeGreaterThan(0);
  }
  const boxesOf = (all: readonly Line[]) => all.map(({ boxes }) => boxes);
  const two = boxesOf((await run('--workers', '2', '--max-boxes', '2')).lines);
  expect(two.map((boxes) => boxes.map((box) => box.slice(0, 4)))).toEqual(
    boxesOf(lines).map((boxes) => boxes.slice(0, 2).map((box) => box.slice(0, 4))),
  );
  const file = join(folder, 'boxes.jsonl');
  writeFileSync(file, text);
  expect(boxesOf((await run('--boxes', file)).lines)).toEqual(boxesOf(lines));
});

test('for people: a line per picture', async () => {
  const { stdout, stderr } = await sppgpu(['propose', pictures[0]!, pictures[1]!]);
  expect(stdout).toMatch(/a\.png {2}\d+ windows in \d+\.\d\d s\n.*b\.png {2}\d+ windows/);
  expect(stderr).toMatch(/propose: 1\/2 pictures/);
});

test('recall of annotated pictures: last lines of JSON, a table, a report and overlays', async () => {
  const out = join(folder, 'out');
  const result = await sppgpu(['propose', '--voc', voc, '--set', 'val', '--json', '--out', out]);
  expect(errorLines(result)).toEqual([]);
  expect(result.code).toBe(0);
  const lines = jsonLines(result.stdout);
  expect(lines).toHaveLength(4);
  expect(lines[3]).toEqual({
    ...{ recall50: 1, recall70: 1, objects: 3 },
    mabo: expect.closeTo(1, 3),
    boxes: expect.any(Number),
    meanBoxes: expect.any(Number),
    seconds: expect.any(Number),
  });
  expect(readdirSync(out).sort()).toEqual(['one.windows.png', 'report.html', 'three.windows.png', 'two.windows.png']);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/100\.0.*Recall at IoU 0\.7/su);
  // The window that covers the thing is drawn over the thing itself.
  const { width, data } = await loadImage(join(out, 'one.windows.png'));
  const pixel = (x: number, y: number) => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
  expect(pixel(30, 40)).toEqual([40, 220, 90]);
  expect(pixel(50, 40)).toEqual([210, 30, 30]);

  const few = await sppgpu(['propose', '--voc', voc, '--set', 'val', '--max-boxes', '1']);
  expect(few.stdout).toMatch(
    /boxes {2}in the mean {2}recall@0\.5 % {2}recall@0\.7 % {2}MABO %\n.*\n +1 +1 +0\.00 +0\.00 +18/,
  );
  expect(few.stdout).toMatch(/selective-search on 3 pictures of voc val, 3 objects, \d\.\d\d s per picture/);
});

test('boxes of another program are judged alike; what it leaves out is named', async () => {
  const file = join(folder, 'other.txt');
  writeFileSync(file, 'one 30 20 80 60 0.9\nthree.png 0 0 50 40 0.2\n');
  const result = await sppgpu(['propose', '--voc', voc, '--set', 'val', '--boxes', file, '--json']);
  const lines = jsonLines(result.stdout);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatchObject({ recall50: 0.5, recall70: 0.5, boxes: 1, objects: 2 });
  expect(result.stderr).toMatch(/left out: .*two\.png: .*other\.txt: has no boxes of/);
  expectRefusal(result, /propose: 1 were left out; see the lines above/);
});

test('a bad picture never ends the others', async () => {
  const bad = join(folder, 'bad.png');
  writeFileSync(bad, 'no picture');
  const result = await sppgpu([
    'propose',
    bad,
    join(folder, 'none.jpg'),
    pictures[1]!,
    '--json',
    '--out',
    join(folder, 'some'),
  ]);
  expect(jsonLines(result.stdout)).toMatchObject([{ file: pictures[1] }]);
  expect(result.stderr).toMatch(/left out: .*bad\.png: is not a picture/);
  expect(result.stderr).toMatch(/left out: .*none\.jpg: no such file/);
  expectRefusal(result, /propose: 2 were left out/);
  expect(readdirSync(join(folder, 'some'))).toEqual(['b.windows.png']);
});

test('wrong usage, and folders that must stay as they are', async () => {
  const refused = async (args: string[], message: RegExp, code: 1 | 2 = 2) =>
    expectRefusal(await inProcess(['propose', ...args]), message, code);
  await refused([], /propose: no pictures; give files or folders/);
  await refused(['--voc', voc], /propose: no list of pictures; give --set NAME/);
  await refused([album, '--voc', voc, '--set', 'val'], /give pictures, or annotated ones/);
  await refused([album, '--out', join(album, 'out')], /lies in the data set/, 1);
  await refused(['--voc', voc, '--set', 'val', '--out', join(voc, 'JPEGImages', 'out')], /lies in the data set/, 1);
  expect(existsSync(join(album, 'out'))).toBe(false);
  const bad = join(folder, 'bad.txt');
  writeFileSync(bad, 'one 1 2 3\n');
  await refused(['--voc', voc, '--set', 'val', '--boxes', bad], /bad\.txt: line 1: has 3 numbers, not 4 or 5/, 1);
});

test('Ctrl-C ends it with 130, between pictures', async () => {
  const many = Array.from({ length: 400 }, () => pictures[0]!);
  let sent = false;
  const result = await sppgpu(['propose', ...many, '--json'], {
    onStderr: (text, kill) => {
      if (!sent && /propose: \d+\/400/.test(text)) {
        sent = true;
        kill('SIGINT');
      }
    },
  });
  expect(result.code).toBe(130);
  expect(jsonLines(result.stdout).length).toBeLessThan(400);
});
