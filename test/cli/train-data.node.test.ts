/** Data that `train` refuses, or takes with a notice. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inProcess } from './in-process.js';
import { expectRefusal } from './run.js';
import { tinyPicture, writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-train-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = writeTinyPictures(join(folder, 'data'), 8);
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '8', '--lr', '0.02'];

let runs = 0;
const start = (path: string, ...more: string[]) => {
  const target = join(folder, `bad-${runs++}`);
  return inProcess(['train', '--data', path, ...net, '--epochs', '1', '--out', target, ...more]);
};

test('a class folder that is empty, or has one picture', async () => {
  const empty = writeTinyPictures(join(folder, 'empty'), 3);
  mkdirSync(join(empty, 'void'));
  expectRefusal(await start(empty), /void: has no pictures; add PNG or JPEG files/);
  writeFileSync(join(empty, 'void', '0.png'), tinyPicture(0, 0));
  expectRefusal(await start(empty), /void: has only 1 of the 2 pictures that a class needs/);
});

test('unreadable pictures: over 1 % fails, more are allowed on request and listed', async () => {
  const torn = writeTinyPictures(join(folder, 'torn'), 8);
  truncateSync(join(torn, 'red', '1.png'), 40);
  truncateSync(join(torn, 'blue', '2.png'), 40);
  expectRefusal(await start(torn), /pictures are unreadable \(.* %, 1 % allowed\): .*\.png/);
  const lenient = await start(torn, '--max-unreadable', '0.5');
  expect(lenient.code).toBe(0);
  expect(lenient.stderr).toMatch(/of \d+ pictures of .* were unreadable and left out:\n {2}\S+\/\d\.png: /);
});

test('unreadable pictures for validation are listed too, and files that are not PNG or JPEG', async () => {
  const parts = join(folder, 'parts');
  writeTinyPictures(join(parts, 'train'), 4);
  writeTinyPictures(join(parts, 'val'), 2);
  truncateSync(join(parts, 'val', 'red', '1.png'), 40);
  for (const i of [0, 1, 2, 3]) writeFileSync(join(parts, 'train', 'red', `${i}.webp`), 'RIFF');
  const { code, stderr } = await start(parts, '--max-unreadable', '0.5');
  expect(code).toBe(0);
  expect(stderr).toMatch(/1 of 6 pictures of val were unreadable and left out:\n {2}red\/1\.png: /);
  expect(stderr).toMatch(/4 files are not PNG or JPEG, left out: red\/0\.webp, red\/1\.webp, red\/2\.webp, \.\.\.$/m);
});

test('output within the data set is refused before anything is written', async () => {
  const own = writeTinyPictures(join(folder, 'own'), 3);
  const before = readdirSync(own, { recursive: true }).sort();
  expectRefusal(await start(own, '--out', own), /own: is the data set's own folder; write outside the data set$/);
  expectRefusal(
    await start(own, '--out', join(own, 'runs', '1')),
    /runs\/1: lies in the data set .*own, which it would change/,
  );
  const backbone = ['--backbone', 'small', '--weights', join(folder, 'none.safetensors'), '--data', own];
  const file = ['--out', join(own, 'new', 'f.safetensors')];
  expectRefusal(await inProcess(['features', ...backbone, ...file]), /f\.safetensors: lies in the data set/);
  expectRefusal(await inProcess(['svm', '--protocol', 'caltech101', ...backbone, ...file]), /lies in the data set/);
  expectRefusal(await inProcess(['eval', ...backbone, '--report', join(own, 'red', 'r.html')]), /lies in the data set/);
  expect(readdirSync(own, { recursive: true }).sort()).toEqual(before);
});

test('a label that is not a class', async () => {
  const list = join(folder, 'list.txt');
  writeFileSync(list, `${join(data, 'red', '0.png')} 0\n${join(data, 'red', '1.png')} -1\n`);
  expectRefusal(await start(list), /list\.txt:2: label -1 is not in 0\.\./);
});

test('no such path; no --data; sizes that do not fit the net', async () => {
  expectRefusal(await start(join(folder, 'nowhere')), /nowhere: no such file or folder; check the path/);
  expectRefusal(await inProcess(['train', '--out', join(folder, 'none')]), /no pictures given; pass --data/, 2);
  expectRefusal(await start(data, '--model', 'zf5', '--sizes', '20'), /zf5: an input of 20x20 pixels is too small/, 2);
  expectRefusal(
    await start(data, '--pyramid', 'none', '--sizes', '28,24'),
    /a net without SPP takes its training size/,
    2,
  );
});
