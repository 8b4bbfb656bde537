/** Which pictures `eval` judges, under whose class names, and which views a net can take. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveSafetensors } from '../../src/io/safetensors.node.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Rng } from '../../src/tensor/rng.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, sppgpu } from './run.js';
import { TINY_CLASSES, writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-eval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = writeTinyPictures(join(folder, 'data'), 8);
const model = join(folder, 'run', 'model.safetensors');
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '8', '--lr', '0.02'];

beforeAll(async () => {
  const args = ['train', '--data', data, ...net, '--epochs', '1', '--val-share', '0.25', '--seed', '5'];
  expect((await sppgpu([...args, '--out', join(folder, 'run')])).code).toBe(0);
});

test('Ctrl-C: one line, exit code 130, nothing on stdout', async () => {
  let sent = false;
  const args = ['eval', '--model', model, '--data', data, '--val-share', '0', '--views', '98', '--crops', '--json'];
  const result = await sppgpu(args, {
    onStderr: (text, kill) => {
      if (sent || !text.includes('views by')) return;
      sent = true;
      kill('SIGINT');
    },
  });
  const [notice, ...lines] = errorLines(result);
  expect(notice).toBe('sppgpu: stopping (Ctrl-C again to quit at once)');
  expect(lines).toEqual(['sppgpu: stopped before the end; run the command again for its result']);
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(result.stdout).toBe('');
  expect(result.code).toBe(130);
});

describe('pictures', () => {
  async function judged(path: string, ...more: string[]): Promise<{ images: number; stderr: string }> {
    const { stdout, stderr } = await sppgpu(['eval', '--model', model, '--data', path, '--json', ...more]);
    return { images: JSON.parse(stdout).images, stderr };
  }

  test('by default those that training held out, also of data that was moved', async () => {
    const { images, stderr } = await judged(data);
    expect(images).toBe(6);
    expect(stderr).toMatch(/--seed 5 and --val-share 0\.25 as in the training of the model: 18 pictures .* and 6 held/);
    expect((await judged(data, '--part', 'train')).images).toBe(18);
    const moved = join(folder, 'moved');
    cpSync(data, moved, { recursive: true });
    expect((await judged(moved)).images).toBe(6);
    const whole = await judged(data, '--val-share', '0');
    expect(whole.images).toBe(24);
    expect(whole.stderr).not.toContain('as in the training');
  });

  test('other data is judged whole; data that has grown is told apart', async () => {
    const other = await judged(writeTinyPictures(join(folder, 'other'), 4));
    expect(other.images).toBe(12);
    expect(other.stderr).not.toContain('as in the training');
    cpSync(join(data, 'red', '0.png'), join(data, 'red', '99.png'));
    const grown = await judged(data);
    rmSync(join(data, 'red', '99.png'));
    expect(grown.stderr).toMatch(
      /was trained on 18 pictures and 6 for validation, this data has 19 pictures and 6 for validation: it may/,
    );
  });

  test('each class has its line, with what it is taken for', async () => {
    const { stdout } = await sppgpu(['eval', '--model', model, '--data', data, '--val-share', '0']);
    expect(stdout).toMatch(/^class +images +right % +most often taken for$/m);
    for (const name of TINY_CLASSES) {
      expect(stdout).toMatch(new RegExp(`^${name} +8 +\\d+\\.\\d\\d +(-|(red|green|blue) \\(\\d\\))$`, 'm'));
    }
  });
});

describe('class names', () => {
  const weights = join(folder, 'weights.safetensors');
  const labels = join(folder, 'labels.txt');
  const list = join(folder, 'list.txt');
  const names = ['blue', 'green', 'red', ...Array.from({ length: 7 }, (_, i) => `other ${i}`)];
  beforeAll(async () => {
    const generate = new Rng(3);
    const tensors = parameterSpecs(buildArchitecture('small', { width: 0.5 })).map(({ name, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: Float32Array.from({ length: size }, () => generate.normal(0, 0.1)) }] as const;
    });
    await saveSafetensors(weights, tensors);
    writeFileSync(labels, names.join('\n'));
    writeFileSync(list, TINY_CLASSES.map((name, c) => `${join(data, name, '0.png')} ${c}\n`).join(''));
  });
  const from = (path: string, ...more: string[]) =>
    inProcess(['eval', '--backbone', 'small', '--width', '0.5', '--weights', weights, '--data', path, ...more]);

  test('places in a folder are no classes of a net whose names are unknown', async () => {
    expectRefusal(
      await from(data),
      /has 3 classes, the model 10 without names: which is which is not known; give data of its classes, or the names/,
    );
    expectRefusal(
      await from(data, '--labels', labels),
      /its 3 classes are not the model's 10 \(they differ at "other 0"\)/,
    );
  });

  test('numbers in a list are places among --labels', async () => {
    const { code, stdout } = await from(list, '--labels', labels);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^green +1 +\d+\.\d\d +\S/m);
    expectRefusal(await from(list), /list\.txt: has 3 classes, the model 10 without names/);
  });
});

test('a net without a pyramid takes no whole pictures', async () => {
  const out = join(folder, 'fixed');
  const trained = await sppgpu(['train', '--data', data, ...net, '--pyramid', 'none', '--epochs', '1', '--out', out]);
  expect(trained.code).toBe(0);
  const from = (views: string) =>
    inProcess(['eval', '--model', join(out, 'model.safetensors'), '--data', data, '--views', views, '--json']);
  const message = /small: views of whole pictures \(full, 98\) need a pyramid, this net takes 28x28 pixels only; use/;
  expectRefusal(await from('1,98'), message, 2);
  expectRefusal(await from('full'), message, 2);
  expect((await from('1,10')).code).toBe(0);
  const predicted = ['predict', '--model', join(out, 'model.safetensors'), '--views', '98', join(data, 'red', '0.png')];
  expectRefusal(await inProcess(predicted), message, 2);
});
