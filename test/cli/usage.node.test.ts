/** Wrong usage ends with exit code 2 before a device is opened: an adapter that does not exist is never asked for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { saveSafetensors } from '../../src/io/safetensors.node.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { writeScenes } from '../detect/voc-folder.js';
import { inProcess } from './in-process.js';
import { expectRefusal } from './run.js';
import { writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-usage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = writeTinyPictures(join(folder, 'data'), 3);
const several = writeScenes(join(folder, 'voc'), 4, 2);
const out = join(folder, 'out');
const weights = join(folder, 'small.safetensors');
const specs = parameterSpecs(buildArchitecture('small', { classes: 3, inputChannels: 3 }));
await saveSafetensors(
  weights,
  specs.map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]),
);
const net = ['--backbone', 'small', '--weights', weights];
const fixed = ['--pyramid', 'none'];

test.each([
  [['train', '--out', out], /no pictures given; pass --data/],
  [['train', '--data', data, '--model', 'zf9', '--out', out], /unknown model "zf9"; there are zf5/],
  [['train', '--data', data, '--sizes', '20', '--out', out], /an input of 20x20 pixels is too small/],
  [['train', '--data', data, '--pyramid', '3,3', '--out', out], /pyramid is \[3,3\]; it must be free of repeated/],
  [['train', '--data', data, '--freeze', 'features', '--out', out], /--freeze keeps weights .* --weights PATH/],
  [['train', '--data', data, '--freeze', 'conv9', '--weights', weights, '--out', out], /no part conv9; there are/],
  [['train', '--data', data, '--lr', '0', '--lr-features', '1e-4', '--out', out], /the factor of features is Infinity/],
  [['train', '--data', data, '--lr', '0', '--one-cycle', '--out', out], /--one-cycle rises to --lr, which is 0/],
  [
    ['train', '--data', several, '--label-smoothing', '0.1', '--out', out],
    /labels are smoothed where a picture has one class, not several/,
  ],
  [
    ['train', '--data', data, '--replicas', '3', '--out', out],
    /--batch-size 128 has no 3 equal parts; give such as 126 or 129/,
  ],
  [
    ['train', '--data', data, '--replicas', '2', '--precision', 'f16', '--out', out],
    /--replicas do not average the scale of f16; leave --precision f16 or --replicas out/,
  ],
  [['train', '--data', data, '--processes', '2', '--out', out], /--processes is for --replicas; give their number/],
  [['train', '--data', data, '--queue', 'redis://u:pw@h', '--out', out], /--queue is for --replicas/],
  [
    ['train', '--data', data, '--replicas', '2', '--queue', 'nonsense', '--out', out],
    /queue: its address is not understood/,
  ],
  [['predict', 'x.png'], /no network given; pass --model PATH/],
  [['predict', '--backbone', 'zf5', 'x.png'], /--backbone zf5 has no weights of its own/],
  [['predict', ...net, '--views', '1,10', 'x.png'], /give one protocol in --views/],
  [['predict', ...net, ...fixed, '--views', '98', 'x.png'], /views of whole pictures \(full, 98\) need a pyramid/],
  [['eval', '--data', data], /no network given/],
  [['eval', '--data', data, ...net, ...fixed, '--views', 'full'], /views of whole pictures/],
  [['eval', '--data', data, '--backbone', 'zf9', '--weights', weights], /unknown model "zf9"/],
  [['features', '--data', data, '--out', out], /no network given/],
  [['features', '--data', data, ...net], /no place for the vectors; give --out FILE/],
  [['features', '--data', data, '--out', out, ...net, '--layer', 'conv9'], /no feature layer conv9; there are/],
  [['svm', '--data', data, '--protocol', 'caltech101'], /no network given/],
  [['svm', '--data', data, '--protocol', 'caltech101', ...net, '--layer', 'spp,fc9'], /no feature layer fc9/],
  [['selftest', '--op', 'nothing'], /there is no op "nothing"/],
  [['bench', '--cases', '('], /is not a regular expression/],
  [['bench', '--cases', 'no such case'], /no case matches/],
])('%j', async (args, message) => {
  expectRefusal(await inProcess([...args, '--device', 'no such adapter']), message, 2);
});

test.each([
  ['train', ['--data', data, '--lr-features', 'fast']],
  ['train', ['--data', data, '--overwrite', '--resume']],
  ['export', ['--model', weights, '--out', out, '--onnx', out]],
  ['export', ['--model', weights, '--half', '--onnx', out]],
  ['svm', [...net, '--data', data]],
  ['predict', []],
])('%s %j: what the parser finds', async (command, args) => {
  const { code, stderr } = await inProcess([command, ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: /m);
});

test.each([
  [['--model', weights], /nothing to write; give --out FILE, or --onnx FILE/],
  [['--backbone', 'zf5', '--weights', weights, '--out', out], /--out takes the weights of a checkpoint; give --model/],
  [['--backbone', 'zf5', '--onnx', out], /--backbone zf5 has no weights of its own/],
])('export %j', async (args, message) => {
  expectRefusal(await inProcess(['export', ...args]), message, 2);
});

test('the folder of a run stands for its checkpoint; others are named', async () => {
  const demo = join(folder, 'demo');
  mkdirSync(demo);
  const from = (path: string) => inProcess(['eval', '--data', data, '--model', path, '--device', 'no such adapter']);
  expectRefusal(await from(demo), /demo: is a folder without model\.safetensors; give the folder that `sppgpu train/);
  writeFileSync(join(demo, 'spp.safetensors'), '');
  expectRefusal(await from(demo), /is a folder without model\.safetensors; give one of its files: spp\.safetensors/);
  writeFileSync(join(demo, 'model.safetensors'), '');
  expectRefusal(await from(demo), /demo\/model\.safetensors: /);
});
