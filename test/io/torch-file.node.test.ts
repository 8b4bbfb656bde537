/** Files of torch.save: every element type and layout, and that nothing in one can run, hang or ask for more than it holds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sppgpuProgram } from '../../src/cli/program.js';
import { readPickle } from '../../src/io/pickle.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { withTorchFile } from '../../src/io/torch-file.node.js';
import type { ParameterSpec } from '../../src/models/layers/index.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import fixtures from './fixtures/torch-files.json';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-torch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: keyof typeof fixtures, change: (bytes: Buffer) => Buffer = (bytes) => bytes): string {
  const path = join(folder, `${name}.pth`);
  writeFileSync(path, change(Buffer.from(fixtures[name], 'base64')));
  return path;
}

/** Shape and values of every tensor. */
const read = (path: string) =>
  withTorchFile(path, async (tensors) => {
    const found: Record<string, unknown> = {};
    for (const [name, { shape, data }] of tensors) {
      found[name] = [shape, [...((await (data as () => Promise<Float32Array>)()) as Iterable<unknown>)]];
    }
    return found;
  });

test('every element type, views and parameters come out as they were', async () => {
  expect(await read(written('state'))).toEqual({
    'conv.weight': [
      [2, 3],
      [0, 0.25, 0.5, 0.75, 1, 1.25],
    ],
    'conv.turned': [
      [3, 2],
      [0, 3, 1, 4, 2, 5],
    ],
    'conv.row': [[2], [4, 5]],
    half: [[2], [0.5, -2]],
    brain: [[2], [0.5, -2]],
    count: [[], [7n]],
    scalar: [[], [1.5]],
    none: [[0, 3], []],
  });
});

test('of a training checkpoint the state dict alone; a module by its own names', async () => {
  expect(await read(written('wrapped'))).toEqual({ w: [[2], [1, 1]] });
  expect(Object.keys(await read(written('module')))).toEqual([
    '0.weight',
    '0.bias',
    ...['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'].map((n) => `1.${n}`),
  ]);
});

test("files of PyTorch before 1.6, as most of torchvision's weights are", async () => {
  expect(await read(written('old'))).toEqual(await read(written('state')));
  expect(Object.keys(await read(written('oldWrapped')))).toEqual(Object.keys(await read(written('module'))));
});

test('settings and numbers of NumPy beside the weights are passed over, and what else has tensors is named', async () => {
  const path = written('reference');
  expect(await read(path)).toEqual({ w: [[2], [1, 1]] });
  await withTorchFile(path, async (_tensors, left) => expect(left).toEqual(['model_ema']));
  await withTorchFile(written('oldWrapped'), async (_tensors, left) => expect(left).toEqual(['best']));
  await withTorchFile(written('module'), async (_tensors, left) => expect(left).toEqual([]));
});

test('only what all names share is taken from them', async () => {
  expect(Object.keys(await read(written('parts')))).toEqual(['net.w', 'head.w']);
  expect(await read(written('averaged'))).toEqual({ n_averaged: [[], [3n]], w: [[2], [1, 1]] });
});

test('tensors that repeat elements, and doubles', async () => {
  expect(await read(written('expanded'))).toEqual({
    w: [
      [2, 3],
      [0, 0, 0, 1, 1, 1],
    ],
  });
  expect(await read(written('double'))).toEqual({ w: [[2], [0.5, Math.fround(1 / 3)]] });
  const out = join(folder, 'double.safetensors');
  await withTorchFile(written('double'), (tensors) => saveSafetensors(out, tensors));
  expect((await loadSafetensors(out)).tensors.get('w')!.dtype).toBe('F32');
});

test('given as weights, the way out is convert', async () => {
  for (const name of ['state', 'old'] as const) {
    await expect(loadSafetensors(written(name))).rejects.toThrow(
      /is a file of PyTorch; `sppgpu convert` makes safetensors of it/,
    );
  }
});

test('convert writes what was read, and will not write over it', async () => {
  const path = written('state');
  const convert = async (file: string) => (await sppgpuProgram()).parseAsync(['convert', file], { from: 'user' });
  await convert(path);
  const { tensors } = await loadSafetensors(join(folder, 'state.safetensors'));
  expect(tensors.get('conv.turned')).toMatchObject({ shape: [3, 2], dtype: 'F32' });
  expect([...(tensors.get('brain')!.data as Float32Array)]).toEqual([0.5, -2]);
  expect(tensors.get('brain')!.dtype).toBe('BF16');
  await expect(convert(path)).rejects.toThrow('is there already; add --overwrite');
  await expect(convert(join(folder, 'state.safetensors'))).rejects.toThrow(
    'is a safetensors file already; it needs no conversion; --backbone NAME gives',
  );
});

test('convert reads either spelling of a net, and gives its tensors the names that it has here', async () => {
  const convert = async (...args: string[]) =>
    (await sppgpuProgram()).parseAsync(['convert', ...args], { from: 'user' });
  const specs = parameterSpecs(buildArchitecture('squeezenet1_1'));
  const spellings = {
    published: (spec: ParameterSpec) => spec.published ?? spec.name,
    sections: ({ name }: ParameterSpec) => name.slice(name.indexOf('.') + 1),
  };
  const found = await Promise.all(
    Object.entries(spellings).map(async ([spelling, nameOf]) => {
      const file = join(folder, `${spelling}.safetensors`);
      const tensors = specs.map((spec, i) => {
        const data = new Float32Array(spec.shape.reduce((product, side) => product * side, 1)).fill(i);
        return [nameOf(spec), { shape: [...spec.shape], data }] as const;
      });
      await saveSafetensors(file, [...tensors, ['beside', { shape: [1], data: new Float32Array(1) }]]);
      const out = join(folder, `${spelling}-here.safetensors`);
      await convert(file, '--backbone', 'squeezenet1_1', '--out', out);
      await expect(convert(file, '--backbone', 'alexnet', '--out', join(folder, 'other.safetensors'))).rejects.toThrow(
        /has shape \[.*\], that of alexnet|has no weights for alexnet/,
      );
      return [...(await loadSafetensors(out)).tensors].map(([name, { data }]) => [name, (data as Float32Array)[0]]);
    }),
  );
  const wanted = specs.map(({ name }, i) => [name, i]);
  for (const tensors of found)
    expect(new Map(tensors as [string, number][])).toEqual(new Map(wanted as [string, number][]));
  await expect(convert(join(folder, 'published.safetensors'), '--backbone', 'nonet')).rejects.toThrow(
    /unknown model "nonet"/,
  );
});

const CLASS = 'torch\\.nn\\.modules\\.container\\.Sequential';

test.each([
  ['code', /wants to run "posix\.system", and nothing in a file is run; do not load it in Python either/],
  ['oldCode', /wants to run "posix\.system", and nothing in a file is run; do not load it in Python either/],
  [
    'object',
    new RegExp(
      `wants to run "${CLASS}", and nothing in a file is run; in Python, if you trust it: import torch; from safetensors\\.torch import ` +
        'save_file; save_file\\({.* torch\\.load\\("object\\.pth".*\\)\\.state_dict\\(\\)\\.items\\(\\)}, "object\\.safetensors"\\)$',
    ),
  ],
  ['oldObject', new RegExp(`wants to run "${CLASS}".*\\)\\.state_dict\\(\\)\\.items`)],
  ['objectInDict', new RegExp(`wants to run "${CLASS}".*\\)\\["state_dict"\\]\\.items`)],
  ['script', /is a TorchScript program, and nothing in a file is run; in Python/],
  ['complex', /tensor "w" is of type "ComplexFloatStorage"; in Python/],
  ['lying', /tensor "conv\.weight" lies outside its storage; it is damaged/],
  ['numbers', /has no tensors with names; save a state dict/],
] as const)('%s: one line that says what is wrong, and the way out', async (name, message) => {
  await expect(read(written(name))).rejects.toThrow(message);
});

test('cut and changed files are refused', async () => {
  const whole = Buffer.from(fixtures.state, 'base64');
  for (let bytes = 0; bytes < whole.length; bytes += 97) {
    await expect(read(written('state', () => whole.subarray(0, bytes)))).rejects.toThrow(/state\.pth: /);
  }
  const old = Buffer.from(fixtures.old, 'base64');
  for (let bytes = 0; bytes < old.length; bytes += 31) {
    await expect(read(written('old', () => old.subarray(0, bytes)))).rejects.toThrow(/old\.pth: /);
  }
  // A weight, told by its checksum.
  const at = whole.indexOf(Buffer.from(new Float32Array([0.25, 0.5]).buffer));
  const changed = Buffer.from(whole);
  changed[at] = 1;
  await expect(read(written('state', () => changed))).rejects.toThrow('is not as it was written');
});

test('a pickle of dicts that hold each other, and one of nothing but takes, end at once', () => {
  const cycle = Uint8Array.from([0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0, 0, 0x61, 0x68, 0, 0x73, 0x2e]);
  const dict = readPickle(cycle, 'cycle', { calls: {} }).value as Map<string, unknown>;
  expect(dict.get('a')).toBe(dict);
  expect(() => readPickle(Uint8Array.from([0x52, 0x2e]), 'takes', { calls: {} })).toThrow(
    'takes: the pickle takes more than it has',
  );
  expect(() => readPickle(Uint8Array.from([0x68, 9, 0x2e]), 'memo', { calls: {} })).toThrow(
    'recalls what it never had',
  );
  expect(() => readPickle(Uint8Array.from([0x7d, 0x5d, 0x4e, 0x73, 0x2e]), 'key', { calls: {} })).toThrow(
    'not a text or a number',
  );
  expect(() => readPickle(Uint8Array.from([0xff]), 'foreign', { calls: {} })).toThrow('instruction 0xff is not known');
});
