import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, sppgpu } from './run.js';
import { TINY_CLASSES, tinyPicture, writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-classify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = writeTinyPictures(join(folder, 'data'), 8);
const out = join(folder, 'run');
const model = join(out, 'model.safetensors');
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '8', '--lr', '0.02'];

beforeAll(async () => {
  const trained = await sppgpu(['train', '--data', data, ...net, '--epochs', '6', '--out', out]);
  expect(errorLines(trained)).toEqual([]);
  expect(trained.code).toBe(0);
});

describe('eval', () => {
  test('--json: a line per protocol with the documented fields, and a report', async () => {
    const report = join(folder, 'eval.html');
    const result = await sppgpu([
      'eval',
      '--model',
      model,
      '--data',
      data,
      '--views',
      '1,10,full,98',
      '--val-share',
      '0',
      '--json',
      '--report',
      report,
    ]);
    expect(result.code).toBe(0);
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ views }) => views)).toEqual([1, 10, 'full', 98]);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['views', 'top1', 'top5', 'meanPerClass', 'images', 'seconds']);
      expect(line.images).toBe(24);
      expect(line.top1).toBeGreaterThan(0.9);
    }
    expect(readFileSync(report, 'utf8')).toContain('</html>');
  });

  test('a diverged network is refused by the name of its tensor, and credited with nothing', async () => {
    const { tensors, metadata } = await loadSafetensors(model);
    const diverged = new Map(
      [...tensors].map(([name, { shape, data: values }]) => {
        const last = name.startsWith('model.classifier') && shape.length === 1 && shape[0] === TINY_CLASSES.length;
        return [name, { shape, data: last ? new Float32Array(shape[0]!).fill(Number.NaN) : values }];
      }),
    );
    const file = join(folder, 'diverged.safetensors');
    await saveSafetensors(file, diverged as never, metadata);
    const result = await sppgpu(['eval', '--model', file, '--data', data, '--val-share', '0', '--json']);
    expectRefusal(result, /diverged\.safetensors: .*classifier\..*\.bias/);
    expect(result.stdout).toBe('');
  });

  test('classes that are not the checkpoint’s', async () => {
    const other = writeTinyPictures(join(folder, 'other'), 2);
    mkdirSync(join(other, 'yellow'));
    for (const i of [0, 1]) writeFileSync(join(other, 'yellow', `${i}.png`), tinyPicture(0, i));
    expectRefusal(
      await inProcess(['eval', '--model', model, '--data', other]),
      /its 4 classes are not the model's 3 \(they differ at "yellow"\)/,
    );
  });

  test('a view larger than the picture', async () => {
    expectRefusal(
      await inProcess(['eval', '--model', model, '--data', data, '--scales', '20']),
      /views: 28x28 pixels do not fit a \d+x\d+ image/,
    );
  });

  test('no network, or a damaged one', async () => {
    expectRefusal(await inProcess(['eval', '--data', data]), /no network given; pass --model/, 2);
    const damaged = join(folder, 'damaged.safetensors');
    writeFileSync(damaged, readFileSync(model));
    truncateSync(damaged, 5000);
    expectRefusal(await inProcess(['eval', '--model', damaged, '--data', data]), /damaged\.safetensors: /);
  });
});

describe('export', () => {
  test('weights alone, which start another training', async () => {
    const weights = join(folder, 'weights.safetensors');
    const result = await sppgpu(['export', '--model', model, '--out', weights, '--half', '--json']);
    expect(JSON.parse(result.stdout)).toMatchObject({ net: 'small', tensors: 10, dtype: 'F16' });
    const again = ['train', '--data', data, ...net, '--hidden', '16', '--epochs', '1', '--out', join(folder, 'again')];
    const { code, stderr } = await sppgpu([...again, '--weights', weights]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /7 tensors loaded; not used: none; not in the file: none; other shape: classifier\.fc4\.weight/,
    );
  });

  test('a place that cannot be written to', async () => {
    const to = (file: string) => inProcess(['export', '--model', model, '--out', file]);
    expectRefusal(await to('/dev/null/inside/x.safetensors'), /\/dev\/null\/inside\/x\.safetensors: /);
    expectRefusal(await to(folder), /is a folder; give the path of a file/);
  });

  test('what a command reads is never written over', async () => {
    const before = readFileSync(model);
    const link = join(folder, 'link.safetensors');
    symlinkSync(model, link);
    const read = /is what the command reads; write to another file/;
    expectRefusal(await inProcess(['export', '--model', model, '--out', link]), read);
    expectRefusal(await inProcess(['features', '--model', model, '--data', data, '--out', model]), read);
    expectRefusal(await inProcess(['eval', '--model', model, '--data', data, '--report', model]), read);
    const protocol = ['--protocol', 'caltech101', '--train', '4'];
    expectRefusal(await inProcess(['svm', '--model', model, '--data', data, ...protocol, '--out', model]), read);
    expect(readFileSync(model).equals(before)).toBe(true);
  });
});
