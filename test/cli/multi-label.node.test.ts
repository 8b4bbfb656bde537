/** Pictures of several classes each: eval, predict, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors } from '../../src/io/safetensors.node.js';
import { errorLines, jsonLines, sppgpu } from './run.js';
import { TINY_CLASSES, writeTinyPictures, writeTinyVoc } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-labels-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const voc = writeTinyVoc(join(folder, 'voc'), true);
const model = join(folder, 'run', 'model.safetensors');
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '6', '--lr', '0.02'];

beforeAll(async () => {
  const out = join(folder, 'run');
  const trained = await sppgpu(['train', '--data', voc, ...net, '--epochs', '12', '--out', out]);
  expect(errorLines(trained)).toEqual([]);
  expect(trained.code).toBe(0);
});

describe('eval', () => {
  test('--json: a line per protocol with mean average precision, and a report', async () => {
    const report = join(folder, 'eval.html');
    const args = ['eval', '--model', model, '--data', voc, '--views', '1,full', '--json', '--report', report];
    const { code, stdout } = await sppgpu(args);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ views }) => views)).toEqual([1, 'full']);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['views', 'map', 'mapAllPoints', 'images', 'seconds']);
      expect(line.images).toBe(9);
      expect(line.map).toBeGreaterThan(0.8);
      expect(line.mapAllPoints).toBeGreaterThan(0.8);
    }
    const page = readFileSync(report, 'utf8');
    for (const name of ['All-point mAP', ...TINY_CLASSES]) expect(page).toContain(name);
  });

  test('for people: the mean, and each class with its positives', async () => {
    const { stdout } = await sppgpu(['eval', '--model', model, '--data', voc]);
    expect(stdout).toMatch(/^views +per picture +mAP % +all-point % +images/m);
    expect(stdout).toMatch(/^class +positives +AP % +all-point %/m);
    expect(stdout).toMatch(/^mAP: pictures of equal scores share their rank; a score that is NaN ranks last$/m);
    for (const name of TINY_CLASSES)
      expect(stdout).toMatch(new RegExp(`^${name} +\\d+ +\\d+\\.\\d\\d +\\d+\\.\\d\\d$`, 'm'));
  });

  test('of an export, and of a list by name: the same', async () => {
    const exported = join(folder, 'exported.safetensors');
    expect((await sppgpu(['export', '--model', model, '--out', exported])).code).toBe(0);
    const judge = async (...args: string[]) => {
      const { stdout } = await sppgpu(['eval', '--data', voc, '--json', ...args]);
      const { seconds: _, ...line } = JSON.parse(stdout);
      return line;
    };
    const wanted = await judge('--model', model);
    expect(await judge('--model', exported, '--list', 'val')).toEqual(wanted);
    expect(await judge('--model', model, '--list', 'train')).toMatchObject({ images: 18 });
    const none = await sppgpu(['eval', '--model', model, '--data', voc, '--list', 'test']);
    expect(errorLines(none)).toHaveLength(1);
    expect(errorLines(none)[0]).toMatch(/ImageSets\/Main\/test\.txt: no such file/);
  });

  test('pictures of one class each are another kind of data', async () => {
    const single = writeTinyPictures(join(folder, 'single'), 2);
    const result = await sppgpu(['eval', '--model', model, '--data', single]);
    expect(result.code).toBe(1);
    expect(errorLines(result)).toHaveLength(1);
    expect(errorLines(result)[0]).toMatch(
      /its pictures have one class each, the model was trained for several classes; give data of its kind/,
    );
  });
});

test('predict: probabilities that are independent of each other', async () => {
  const ids = ['018', '019']; // blue alone; green and red
  const files = ids.map((id) => join(voc, 'JPEGImages', `${id}.png`));
  const { code, stdout } = await sppgpu(['predict', '--model', model, '--views', '1', '--json', ...files]);
  expect(code).toBe(0);
  const [one, two] = jsonLines(stdout) as { top: { label: string; p: number }[] }[];
  expect(one!.top[0]!.label).toBe('blue');
  expect(
    two!.top
      .slice(0, 2)
      .map(({ label }) => label)
      .sort(),
  ).toEqual(['green', 'red']);
  expect(two!.top[0]!.p + two!.top[1]!.p).toBeGreaterThan(1);
});

test('a head without scores below 0 cannot say no', async () => {
  const result = await sppgpu(['train', '--data', voc, '--model', 'squeezenet11', '--out', join(folder, 'squeeze')]);
  expect(result.code).toBe(2);
  expect(errorLines(result)[0]).toMatch(/squeezenet11: its published head has no scores below 0.*--pyramid/);
});

test('features: whether each class is there, of every part', async () => {
  const own = writeTinyVoc(join(folder, 'parts'), true);
  const lists = join(own, 'ImageSets', 'Main');
  const ids = readFileSync(join(lists, 'val.txt'), 'utf8').split('\n');
  writeFileSync(join(lists, 'val.txt'), ids.slice(0, 4).join('\n'));
  writeFileSync(join(lists, 'test.txt'), ids.slice(4).join('\n'));
  const file = join(folder, 'features.safetensors');
  const args = ['features', '--model', model, '--data', own, '--scale', '30', '--out', file, '--json'];
  const { code, stdout } = await sppgpu(args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ images: 27 });
  const { tensors, metadata } = await loadSafetensors(file);
  const { shape, data } = tensors.get('labels')!;
  expect(JSON.parse(metadata.ids!).slice(-ids.length)).toEqual(ids);
  expect(shape).toEqual([27, TINY_CLASSES.length]);
  // Picture 1 shows the second and third class, picture 8 the third alone, which is difficult to see there.
  expect([...data.subarray(3, 6)]).toEqual([-1, 1, 1]);
  expect([...data.subarray(24, 27)]).toEqual([-1, -1, 0]);
});
