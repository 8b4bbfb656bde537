/** `sppgpu predict`: files and folders, three kinds of output, a network's own classes and those of `sppgpu svm --save`. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, jsonLines, sppgpu } from './run.js';
import { TINY_CLASSES, writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-predict-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = writeTinyPictures(join(folder, 'data'), 8);
const out = join(folder, 'run');
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '8', '--lr', '0.02'];

/** Pictures in folders of several levels, with what does not belong there. */
const album = join(folder, 'album');
const pictures = ['blue.png', 'green.png', 'more/red, "dark".png', 'more/zz/blue.png'].map((name) => join(album, name));

beforeAll(async () => {
  mkdirSync(join(album, 'more', 'zz'), { recursive: true });
  for (const [i, colour] of ['blue', 'green', 'red', 'blue'].entries())
    copyFileSync(join(data, colour, `${i}.png`), pictures[i]!);
  writeFileSync(join(album, 'notes.txt'), 'of no use');
  writeFileSync(join(album, '.hidden.png'), 'nor this');
  const trained = await sppgpu(['train', '--data', data, ...net, '--epochs', '6', '--out', out]);
  expect(errorLines(trained)).toEqual([]);
  expect(trained.code).toBe(0);
});

interface Line {
  readonly file: string;
  readonly top: readonly { readonly label: string; readonly p?: number; readonly score?: number }[];
}

test('pictures of any size, in order, as JSON lines; the folder of a run stands for its checkpoint', async () => {
  const files = TINY_CLASSES.flatMap((name) => [0, 1, 2].map((i) => join(data, name, `${i}.png`)));
  const { code, stdout } = await sppgpu(['predict', '--model', out, '--json', '--top', '2', ...files]);
  expect(code).toBe(0);
  const predictions = jsonLines(stdout) as Line[];
  expect(predictions.map(({ file }) => file)).toEqual(files);
  for (const { file, top } of predictions) {
    expect(top).toHaveLength(2);
    expect(file).toContain(`/${top[0]!.label}/`);
    expect(top[0]!.p).toBeGreaterThanOrEqual(top[1]!.p!);
  }
});

test('for people: bars', async () => {
  const { stdout } = await sppgpu(['predict', '--model', out, join(data, 'red', '0.png')]);
  expect(stdout).toMatch(/ {2}red +[█░]{24} +\d+\.\d %/);
});

test('folders: every picture below, sorted; CSV with quotes where a name needs them', async () => {
  const result = await sppgpu(['predict', '--model', out, '--csv', '--top', '1', album]);
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('1 files in the folders are not PNG or JPEG and were left out');
  const [head, ...rows] = result.stdout.split('\r\n');
  expect(head).toBe('file,rank,label,p');
  expect(rows.pop()).toBe('');
  const quoted = pictures.map((file) => (file.includes('"') ? `"${file.replaceAll('"', '""')}"` : file));
  const labels = ['blue', 'green', 'red', 'blue'];
  expect(rows.map((row) => row.replace(/,0\.\d+$|,1$/, ''))).toEqual(quoted.map((file, i) => `${file},1,${labels[i]}`));
});

test('what cannot be used is named, the others are classified', async () => {
  const bad = join(folder, 'bad.png');
  writeFileSync(bad, 'no picture');
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const paths = [bad, empty, join(folder, 'nowhere.png'), join(data, 'red', '0.png')];
  const result = await sppgpu(['predict', '--model', out, '--json', ...paths]);
  expect(jsonLines(result.stdout)).toHaveLength(1);
  expect(result.stderr).toMatch(/left out: .*bad\.png/);
  expect(result.stderr).toMatch(/left out: .*empty: has no PNG or JPEG files/);
  expect(result.stderr).toMatch(/left out: .*nowhere\.png: no such file/);
  expectRefusal(result, /predict: 3 of 4 were left out; see the lines above/);
});

test('progress is shown where the predictions go elsewhere', async () => {
  const { stderr } = await sppgpu(['predict', '--model', out, '--json', album]);
  expect(stderr).toMatch(/predict: 1\/4 pictures/);
});

describe('classifiers of `svm --save`', () => {
  const svm = join(folder, 'colours.safetensors');
  const protocol = ['--protocol', 'caltech101', '--splits', '1', '--train', '4', '--test', '4', '--c', '10'];
  const train = ['svm', '--data', data, '--model', out, ...protocol, '--scale', '30', '--save', svm];
  const predict = (...more: string[]) => sppgpu(['predict', '--model', out, '--svm', svm, '--json', ...more]);

  beforeAll(async () => {
    const result = await sppgpu(train);
    expect(errorLines(result)).toEqual([]);
    expect(result.stderr).toContain(`classifiers: ${svm}`);
    expect(result.code).toBe(0);
  });

  test('give scores under the names of the classes', async () => {
    const result = await predict(album);
    expect(result.code).toBe(0);
    const lines = jsonLines(result.stdout) as Line[];
    expect(lines.map(({ top }) => top[0]!.label)).toEqual(['blue', 'green', 'red', 'blue']);
    for (const { top } of lines) {
      expect(top[0]!.score).toBeGreaterThan(0);
      expect(top[1]!.score).toBeLessThan(0);
    }
  });

  test('the file says what it is', async () => {
    const { tensors, metadata } = await loadSafetensors(svm);
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual({
      weights: [3, 16 * 21],
      bias: [3],
    });
    expect(metadata.format).toBe('sppgpu-svm-1');
    expect(JSON.parse(metadata.sppgpu!)).toEqual({
      ...{ classes: TINY_CLASSES, labels: 'single', layer: 'spp', mode: 'full', scale: 30, normalise: true, c: 10 },
      levels: [1, 2, 4],
      network: {
        ...{ name: 'small', padding: 'A', normalisation: 'none', inputChannels: 3 },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
  });

  test('stay where they are without --overwrite, and keep one layer only', async () => {
    const before = readFileSync(svm);
    expectRefusal(await inProcess(train), /colours\.safetensors: is there already; add --overwrite/);
    expect(readFileSync(svm).equals(before)).toBe(true);
    const two = [...train, '--overwrite', '--layer', 'spp,conv3'];
    expectRefusal(await inProcess(two), /--save keeps the classifiers of one layer in one mode/, 2);
    expectRefusal(await predict('--views', '1', album), /leave --views, --scales and --crops out/, 2);
  });

  test('of another network, damaged, or of another program: one line', async () => {
    const { tensors, metadata } = await loadSafetensors(svm);
    const entries = [...tensors].map(
      ([name, { shape, data }]) => [name, { shape, data: data as Float32Array<ArrayBuffer> }] as const,
    );
    const refused = async (message: RegExp, change: Record<string, unknown>, format = metadata.format!) => {
      const text = JSON.stringify({ ...JSON.parse(metadata.sppgpu!), ...change });
      await saveSafetensors(svm, entries, { format, sppgpu: text });
      const result = await predict(album);
      expectRefusal(result, message);
      expect(result.stdout).toBe('');
    };
    const { network } = JSON.parse(metadata.sppgpu!) as { network: object };
    await refused(/of a small with other weights; give the network/, { network: { ...network, sha256: 'other' } });
    await refused(/of a zf5 with name zf5, this net has small/, { network: { ...network, name: 'zf5' } });
    await refused(/was trained on a pyramid of 1,2, this net has 1,2,4/, { levels: [1, 2] });
    await refused(/damaged: classes is not what was written/, { classes: 3 });
    await refused(/damaged: weights has shape \[3, 336\], \[2, 336\] belongs there/, { classes: ['a', 'b'] });
    await refused(/holds no classifiers of this program \(format other\)/, {}, 'other');
    (tensors.get('weights')!.data as Float32Array)[5] = Number.NaN;
    await refused(/damaged: weights holds NaN/, {});
    writeFileSync(svm, 'no such thing');
    expectRefusal(await predict(album), /colours\.safetensors: /);
    expectRefusal(
      await inProcess(['predict', '--model', out, '--svm', join(out, 'model.safetensors'), album]),
      /holds no classifiers of this program \(format sppgpu-checkpoint-1\)/,
    );
  });
});
