/** Where networks come from: checkpoints, exports of them, weights of other programs; and what features need of each. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODEL } from '../../src/io/onnx/schema.js';
import { decodeMessage } from '../../src/io/protobuf-message.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Rng } from '../../src/tensor/rng.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal } from './run.js';
import { TINY_CLASSES, writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = writeTinyPictures(join(folder, 'data'), 4);
const model = join(folder, 'run', 'model.safetensors');
const exported = join(folder, 'exported.safetensors');

beforeAll(async () => {
  // Nothing here is the default: scale of the input, normalisation, mean picture, widths, classes.
  const net = ['--model', 'zf5', '--width', '0.05', '--hidden', '40', '--init', 'he', '--normalisation', 'none'];
  const run = ['--input-size', '64', '--mean', 'image', '--epochs', '1', '--batch-size', '8'];
  const trained = await inProcess(['train', '--data', data, ...net, ...run, '--out', join(folder, 'run')]);
  expect(errorLines(trained)).toEqual([]);
  const result = await inProcess(['export', '--model', model, '--out', exported, '--json']);
  expect(JSON.parse(result.stdout)).toMatchObject({ net: 'zf5', tensors: 16, dtype: 'F32' });
});

describe('an export', () => {
  async function vectors(...source: string[]): Promise<number[]> {
    const out = join(folder, 'vectors.safetensors');
    const args = ['features', '--data', data, '--layer', 'fc7', '--scale', '64', '--out', out, '--overwrite'];
    const result = await inProcess([...args, ...source]);
    expect(errorLines(result)).toEqual([]);
    return [...((await loadSafetensors(out)).tensors.get('features')!.data as Float32Array)];
  }

  test('is the checkpoint’s net: options, mean picture, classes', async () => {
    const wanted = await vectors('--model', model);
    expect(new Set(wanted).size).toBeGreaterThan(20);
    expect(await vectors('--model', exported)).toEqual(wanted);
    expect(await vectors('--weights', exported)).toEqual(wanted);
    expect(await vectors('--backbone', 'ZF-5', '--width', '0.05', '--weights', exported)).toEqual(wanted);
    const judge = async (file: string) => {
      const result = await inProcess(['eval', '--model', file, '--data', data, '--val-share', '0', '--json']);
      const { seconds: _, ...line } = JSON.parse(result.stdout);
      return line;
    };
    expect(await judge(exported)).toEqual(await judge(model));
    const picture = join(data, 'red', '0.png');
    const { stdout } = await inProcess(['predict', '--model', exported, '--scales', '64', '--json', picture]);
    expect(
      JSON.parse(stdout)
        .top.map(({ label }: { label: string }) => label)
        .sort(),
    ).toEqual([...['blue', 'green', 'red']]);
  });

  test('typed flags that say otherwise are refused', async () => {
    const from = (...source: string[]) =>
      inProcess(['features', '--data', data, '--out', join(folder, 'x.safetensors'), '--overwrite', ...source]);
    expectRefusal(await from('--weights', exported, '--width', '0.25'), /holds zf5 with width 0.05, not 0.25; correct/);
    expectRefusal(await from('--model', model, '--pyramid', '4,2,1'), /pyramid 1,2,3,6, not 1,2,4; correct --pyramid/);
    expectRefusal(await from('--weights', exported, '--backbone', 'small'), /holds zf5, not small; correct --backbone/);
    const labels = join(folder, 'labels.txt');
    writeFileSync(labels, 'blue\nyellow\nred\n');
    expectRefusal(
      await from('--model', exported, '--labels', labels),
      /labels\.txt: has "yellow" where .*exported\.safetensors has "green"; leave --labels out/,
    );
    const both = await from('--model', model, '--weights', exported);
    expect(both.stderr).toContain("option '--weights <path>' cannot be used with option '--model <path>'");
    expect(both.code).toBe(2);
  });

  test('one whose description is damaged', async () => {
    const { tensors, metadata } = await loadSafetensors(exported);
    const damaged = join(folder, 'damaged.safetensors');
    const about = JSON.parse(metadata.sppgpu!);
    const from = async (changed: object | string) => {
      const sppgpu = typeof changed === 'string' ? changed : JSON.stringify({ ...about, ...changed });
      await saveSafetensors(damaged, tensors, { ...metadata, sppgpu });
    };
    for (const changed of [
      '{',
      { classes: 3 },
      { classes: ['one'] },
      { model: { name: 'zf5', options: { pyramid: 7 } } },
      { model: { name: 'zf9', options: {} } },
      { model: { name: 'zf5', options: null } },
      { run: undefined },
      { run: { ...about.run, preparation: { mean: 'red' } } },
      {
        run: { ...about.run, preparation: { colour: { mean: [1, 2, 3], eigenvalues: [1, 2, 3], eigenvectors: [1] } } },
      },
    ]) {
      await from(changed);
      const result = await inProcess(['predict', '--model', damaged, join(data, 'red', '0.png')]);
      expectRefusal(result, /damaged\.safetensors: its description is damaged/);
    }
    // A net of terabytes by its description, whose tensors say otherwise: nothing may be allocated for it.
    const { name, options } = about.model;
    await from({ model: { name, options: { ...options, hidden: 1_000_000, width: 16 } } });
    expectRefusal(
      await inProcess(['predict', '--model', damaged, join(data, 'red', '0.png')]),
      /damaged\.safetensors: features\.conv1\.weight has shape \[.*\], its zf5 needs \[.*\]; use an undamaged copy/,
    );
  });

  test('it starts another training, which says what may not fit', async () => {
    const net = ['--model', 'zf5', '--width', '0.05', '--hidden', '40', '--input-size', '64', '--epochs', '1'];
    const args = ['train', '--data', data, ...net, '--weights', exported, '--out', join(folder, 'again')];
    const { code, stderr } = await inProcess(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /were trained with init he, normalisation none; this zf5 has init paper, normalisation withinChannel/,
    );
  });

  test('as ONNX it has the classes, the mean colour of the mean picture, and any size', async () => {
    const file = join(folder, 'net.onnx');
    const result = await inProcess(['export', '--model', exported, '--onnx', file, '--probabilities', '--json']);
    expect(result.stderr).toMatch(
      /mean picture has no place in ONNX: its mean colour[\s\S]*ZF-5: \d+ nodes, operator set 13/,
    );
    const { metadata, graph } = decodeMessage(MODEL, readFileSync(file));
    expect(JSON.parse(result.stdout)).toEqual({
      file,
      opset: 13,
      inputs: [{ name: 'images', shape: ['batch', 3, 'height', 'width'] }],
      outputs: [{ name: 'probabilities', shape: ['batch', 3] }],
      nodes: graph!.nodes.length,
    });
    const about = Object.fromEntries(metadata.map(({ key, value }) => [key, JSON.parse(value!)]));
    expect(about['sppgpu.labels']).toEqual(TINY_CLASSES);
    const { data: picture } = (await loadSafetensors(exported)).tensors.get('data.mean')!;
    const size = picture.length / 3;
    const [red = 0, green = 0, blue = 0] = [0, 1, 2].map(
      (c) =>
        [...(picture as Float32Array).subarray(c * size, (c + 1) * size)].reduce((sum, value) => sum + value, 0) / size,
    );
    for (const [i, mean] of [blue, green, red].entries()) expect(about['sppgpu.input'].mean[i]).toBeCloseTo(mean, 3);
    // It is a model like any other.
    const predicted = await inProcess([
      'predict',
      '--model',
      file,
      '--scales',
      '64',
      '--json',
      join(data, 'red', '0.png'),
    ]);
    expect(errorLines(predicted)).toEqual([]);
    expect(predicted.stderr).not.toContain('does not say how its pictures are prepared');
    for (const name of TINY_CLASSES) expect(predicted.stdout).toContain(`"${name}"`);
    expectRefusal(
      await inProcess(['export', '--model', exported, '--onnx', file]),
      /net\.onnx: is there already; add --overwrite/,
    );
  });

  test('it is no run to go on with', async () => {
    expectRefusal(
      await inProcess(['export', '--model', exported, '--out', join(folder, 'twice.safetensors')]),
      /exported\.safetensors: is not a checkpoint of this program \(format sppgpu-weights-1\)/,
    );
  });
});

describe('weights that are not finite', () => {
  /** A copy of a file with one element changed. */
  async function changed(file: string, name: string, value: number): Promise<string> {
    const { tensors, metadata } = await loadSafetensors(file);
    (tensors.get(name)!.data as Float32Array)[1] = value;
    const copy = join(folder, 'changed.safetensors');
    await saveSafetensors(copy, tensors, metadata);
    return copy;
  }

  test('are refused by every command that loads them', async () => {
    const name = 'features.conv2.weight';
    const bad = await changed(exported, name, Number.NaN);
    const picture = join(data, 'red', '0.png');
    const refusal = new RegExp(`changed\\.safetensors: tensor "${name}" is not finite: element 1 of \\d+ is NaN; use`);
    const out = join(folder, 'never.safetensors');
    expectRefusal(await inProcess(['predict', '--model', bad, picture]), refusal);
    expectRefusal(await inProcess(['eval', '--model', bad, '--data', data]), refusal);
    expectRefusal(await inProcess(['features', '--model', bad, '--data', data, '--out', out]), refusal);
    const svm = ['svm', '--protocol', 'caltech101', '--data', data, '--train', '2'];
    expectRefusal(await inProcess([...svm, '--backbone', 'zf5', '--weights', bad]), refusal);
    const start = ['train', '--data', data, '--model', 'zf5', '--width', '0.05', '--hidden', '40', '--init', 'he'];
    const small = ['--normalisation', 'none', '--input-size', '64', '--weights', bad, '--out', join(folder, 'start')];
    expectRefusal(await inProcess([...start, ...small]), refusal);
    expect(existsSync(out)).toBe(false);
  });

  test('are neither exported nor resumed from; halves that would be infinite are not written', async () => {
    const out = join(folder, 'never.safetensors');
    const bad = await changed(model, 'model.classifier.fc6.bias', Number.POSITIVE_INFINITY);
    const refusal = /tensor "model\.classifier\.fc6\.bias" is not finite: element 1 of \d+ is Infinity/;
    expectRefusal(await inProcess(['export', '--model', bad, '--out', out]), refusal);
    mkdirSync(join(folder, 'broken'));
    copyFileSync(bad, join(folder, 'broken', 'model.safetensors'));
    const resume = ['train', '--resume', '--epochs', '2', '--out', join(folder, 'broken')];
    expectRefusal(await inProcess(resume), refusal);
    const large = await changed(model, 'model.classifier.fc6.bias', 65_520);
    expectRefusal(
      await inProcess(['export', '--half', '--model', large, '--out', out]),
      /tensor "model\.classifier\.fc6\.bias" holds 65520, which halves cannot hold; leave --half out/,
    );
    expect(existsSync(out)).toBe(false);
    expect((await inProcess(['export', '--model', large, '--out', out])).code).toBe(0);
  });
});

describe('features of published nets', () => {
  const architecture = buildArchitecture('small', { width: 0.5 });
  async function weights(name: string, wanted: RegExp): Promise<string> {
    const generate = new Rng(3);
    const file = join(folder, name);
    const tensors = parameterSpecs(architecture)
      .filter((spec) => wanted.test(spec.name))
      .map(({ name: full, shape }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return [full, { shape, data: Float32Array.from({ length: size }, () => generate.normal(0, 0.1)) }] as const;
      });
    await saveSafetensors(file, tensors);
    return file;
  }
  const from = (file: string, layer: string, path = data, ...more: string[]) =>
    inProcess([
      ...['features', '--data', path, '--backbone', 'small', '--width', '0.5', '--weights', file],
      ...[
        '--layer',
        layer,
        '--scale',
        '30',
        '--out',
        join(folder, 'small.safetensors'),
        '--overwrite',
        '--json',
        ...more,
      ],
    ]);

  test('the weights up to the layer must be there, the others need not', async () => {
    const convs = await weights('convs.safetensors', /conv/);
    expect((await from(convs, 'spp')).code).toBe(0);
    expectRefusal(await from(convs, 'fc4'), /convs\.safetensors: lacks 2 weights \(classifier\.fc4\.weight, /);
    const first = await weights('first.safetensors', /conv1/);
    expect((await from(first, 'conv1', data, '--mode', 'crop')).code).toBe(0);
    expectRefusal(await from(first, 'spp'), /lacks 4 weights \(features\.conv2\.weight/);
  });

  test('weights that do not say whose they are', async () => {
    const convs = await weights('convs.safetensors', /conv/);
    const args = ['features', '--data', data, '--out', join(folder, 'x.safetensors')];
    expectRefusal(await inProcess([...args, '--weights', convs]), /does not say which net it belongs to; name it with/);
    expectRefusal(await inProcess([...args, '--model', convs]), /is neither a checkpoint nor an export of one; give/);
  });

  test('a folder of Caltech-101 is taken whole, and files that are not pictures are named', async () => {
    const caltech = join(folder, 'caltech');
    writeTinyPictures(join(caltech, '101_ObjectCategories'), 3);
    writeFileSync(join(caltech, '101_ObjectCategories', 'red', '9.webp'), 'RIFF');
    const convs = await weights('convs.safetensors', /conv/);
    for (const format of ['auto', 'caltech101']) {
      const result = await from(convs, 'spp', caltech, '--format', format);
      expect(errorLines(result)).toEqual([]);
      expect(JSON.parse(result.stdout).images).toBe(9);
      expect(result.stderr).toMatch(/1 file is not PNG or JPEG, left out: red\/9\.webp/);
    }
  });
});
