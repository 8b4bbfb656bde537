import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Rng } from '../../src/tensor/rng.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, sppgpu } from './run.js';
import { writeTinyPictures, writeTinyVoc } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-transfer-'));
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

describe('features', () => {
  test('normalised vectors of every picture with labels and names', async () => {
    const file = join(folder, 'features.safetensors');
    const args = [
      'features',
      '--model',
      model,
      '--data',
      data,
      '--layer',
      'spp',
      '--scale',
      '30',
      '--out',
      file,
      '--json',
    ];
    const result = await sppgpu(args);
    expect(result.code).toBe(0);
    const { images, dimension } = JSON.parse(result.stdout);
    const { tensors, metadata } = await loadSafetensors(file);
    const features = tensors.get('features')!;
    expect(features.shape).toEqual([images, dimension]);
    expect([images, dimension]).toEqual([24, 16 * 21]);
    for (let row = 0; row < images; row++) {
      const own = (features.data as Float32Array).subarray(row * dimension, (row + 1) * dimension);
      expect(own.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    }
    expect([...(tensors.get('labels')!.data as Int32Array)]).toEqual([0, 1, 2].flatMap((c) => new Array(8).fill(c)));
    expect(JSON.parse(metadata.ids!)[0]).toBe('blue/0.png');
  });

  test('a map layer on whole pictures has no common length; an unknown layer is named', async () => {
    const args = [
      'features',
      '--model',
      model,
      '--data',
      data,
      '--out',
      join(folder, 'x.safetensors'),
      '--scale',
      '30',
    ];
    expectRefusal(
      await inProcess([...args, '--layer', 'conv3']),
      /its map follows the picture's size; use --mode crop/,
    );
    expectRefusal(
      await inProcess([...args, '--layer', 'conv9']),
      /no feature layer conv9; there are conv1, conv2, conv3/,
      2,
    );
  });
});

describe('svm', () => {
  test('the Caltech-101 protocol, a line a choice', async () => {
    const choices = ['--layer', 'pool3,spp', '--mode', 'full,warp', '--scale', '30'];
    const protocol = ['--protocol', 'caltech101', '--splits', '3', '--train', '4', '--test', '4'];
    const result = await sppgpu(['svm', '--data', data, '--model', model, ...protocol, ...choices, '--json']);
    expect(result.code).toBe(0);
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['protocol', 'layer', 'scale', 'mode', 'c', 'accuracy', 'deviation', 'gap']);
      expect(line.accuracy).toBeGreaterThan(0.9);
      expect(line.gap).toBeLessThan(1e-2);
    }
  });

  test('the VOC protocol on pictures of several classes', async () => {
    const voc = writeTinyVoc(join(folder, 'voc'));
    const args = ['--data', voc, '--model', model, '--protocol', 'voc07', '--scale', '30'];
    const result = await sppgpu(['svm', ...args, '--json', '--out', join(folder, 'voc.json')]);
    expect(result.code).toBe(0);
    const line = JSON.parse(result.stdout);
    expect(Object.keys(line)).toEqual(['protocol', 'layer', 'scale', 'mode', 'c', 'map', 'deviation', 'gap']);
    expect(line.map).toBeGreaterThan(0.9);
    expect(JSON.parse(readFileSync(join(folder, 'voc.json'), 'utf8'))[0].perClass).toHaveLength(3);
    expectRefusal(
      await inProcess(['eval', '--data', voc, '--model', model]),
      /voc val: its pictures have several classes each, the model was trained for one class; give data of its kind/,
    );
  });

  test('layers by looks, where some cells have no vectors', async () => {
    const file = join(folder, 'cells.json');
    const protocol = ['--protocol', 'caltech101', '--splits', '1', '--train', '4', '--test', '4', '--c', '1'];
    const choices = ['--layer', 'conv3,spp', '--mode', 'crop@30,full@30,full@40,warp', '--scale', '30'];
    const result = await sppgpu(['svm', '--data', data, '--model', model, ...protocol, ...choices, '--out', file]);
    expect(result.code).toBe(0);
    const [details, matrix] = result.stdout.split('\n\n').map((text) => text.trim().split('\n'));
    expect(details).toHaveLength(2 + 8);
    expect(details![2]).toMatch(/^conv3 +crop 30 +\d+ +\d+\.\d\d +- +1 +\d/);
    expect(details!.find((line) => /conv3 +full 40/.test(line))).toMatch(/full 40( +-){5}$/);
    expect(matrix![0]).toMatch(/^accuracy % +crop 30 +full 30 +full 40 +warp 30$/);
    expect(matrix!.slice(2).map((line) => line.replace(/ +/g, ' '))).toEqual([
      expect.stringMatching(/^conv3 \d+\.\d\d - - \d+\.\d\d$/),
      expect.stringMatching(/^spp( \d+\.\d\d){4}$/),
    ]);
    expect(result.stderr).toMatch(/^conv3, full 30: - \(conv3 has .* its map follows the picture's size/m);
    const cells = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[];
    expect(cells).toHaveLength(8);
    const none = { c: null, accuracy: null, deviation: null, gap: null, perClass: null };
    expect(cells[2]).toEqual({ protocol: 'caltech101', layer: 'conv3', scale: 30, mode: 'full', ...none });
    expect(cells[3]).toMatchObject({ layer: 'spp', deviation: null, perClass: [1, 1, 1] });
  });

  test('a look that no layer has', async () => {
    const protocol = ['--protocol', 'caltech101', '--train', '4', '--scale', '30', '--layer', 'conv3', '--json'];
    const result = await sppgpu(['svm', '--data', data, '--model', model, ...protocol]);
    expect(JSON.parse(result.stdout)).toMatchObject({ layer: 'conv3', accuracy: null });
    expectRefusal(result, /its map follows the picture's size; use --mode crop/);
  });

  test('what is done when it is stopped is on the disk, and the cache outlives a look', async () => {
    const own = writeTinyPictures(join(folder, 'leaving'), 8);
    const file = join(folder, 'stopped.json');
    const protocol = [
      '--protocol',
      'caltech101',
      '--splits',
      '2',
      '--train',
      '4',
      '--c',
      '1',
      '--scale',
      '30,32,34,36',
    ];
    const started = ['svm', '--data', own, '--model', model, ...protocol, '--cache', '16', '--out', file];
    const result = await sppgpu(started, {
      onStderr: (text, kill) => {
        if (/^spp, full 30:/m.test(text)) rmSync(own, { recursive: true, force: true });
        if (/^spp, full 34:/m.test(text)) kill('SIGKILL');
      },
    });
    expect(result.signal).toBe('SIGKILL');
    const cells = JSON.parse(readFileSync(file, 'utf8')) as { scale: number; accuracy: number }[];
    expect(cells.map(({ scale }) => scale).slice(0, 2)).toEqual([30, 32]);
    for (const { accuracy } of cells) expect(accuracy).toBeGreaterThan(0.9);
  });

  test('only the weights up to the deepest layer are needed', async () => {
    const architecture = buildArchitecture('small', { width: 0.5 });
    const generate = new Rng(3);
    const weights = async (name: string, left: RegExp): Promise<string> => {
      const file = join(folder, name);
      const tensors = parameterSpecs(architecture)
        .filter((spec) => !left.test(spec.name))
        .map(({ name: full, shape }) => {
          const size = shape.reduce((a, b) => a * b, 1);
          return [full, { shape, data: Float32Array.from({ length: size }, () => generate.normal(0, 0.1)) }] as const;
        });
      await saveSafetensors(file, tensors);
      return file;
    };
    const protocol = ['--protocol', 'caltech101', '--splits', '2', '--train', '4', '--scale', '30', '--c', '1'];
    const from = (file: string, layer: string) =>
      inProcess([
        ...['svm', '--data', data, '--backbone', 'small', '--width', '0.5', '--weights', file, '--layer', layer],
        ...protocol,
      ]);
    const headless = await weights('no-scores.safetensors', /fc5/);
    expect((await from(headless, 'spp,fc4')).code).toBe(0);
    const short = await weights('short.safetensors', /conv3|fc/);
    expectRefusal(await from(short, 'spp'), /short\.safetensors: lacks 2 weights \(features\.conv3\.weight, /);
    expectRefusal(await from(short, 'fc4'), /lacks 4 weights \(.*classifier\.fc4\.bias\)/);
  });

  test('the layout is the protocol’s, so there is no --format', async () => {
    const result = await sppgpu(['svm', '--data', data, '--protocol', 'voc07', '--model', model, '--format', 'list']);
    expect(result.stderr).toContain("unknown option '--format'");
  });

  test('a class too small for the protocol', async () => {
    expectRefusal(
      await inProcess(['svm', '--data', data, '--model', model, '--protocol', 'caltech101', '--scale', '30']),
      /class 0 has 8 samples; 30 to train and one to test need 31/,
    );
  });
});
