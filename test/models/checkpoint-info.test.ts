/** What a checkpoint says about itself is checked field by field: a file may come from anywhere. */
import { expect, test } from 'vitest';
import { checkpointHistory, checkpointInfo } from '../../src/models/checkpoint-info.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { checkpointArchitecture } from '../../src/models/stored-network.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { FileError } from '../../src/runtime/errors.js';

const architecture = buildArchitecture('small', { classes: 2, hidden: 16 });
const INFO = {
  model: { name: 'small', options: architecture.options },
  classes: ['a', 'b'],
  labels: 'single',
  position: { epoch: 1, step: 0, sums: { examples: 0, loss: 0 } },
  optimizer: { steps: 3, lr: 0.1 },
  schedule: { best: null, waited: 0 },
  generator: { seed: 1, offset: 9 },
  run: { history: [{ epoch: 0 }] },
};
const weights = new Map(parameterSpecs(architecture).map(({ name, shape }) => [name, { shape }]));
const read = (info: unknown) =>
  checkpointInfo({ format: 'sppgpu-checkpoint-1', sppgpu: JSON.stringify(info) }, 'x.safetensors');

test('what was written is read, also where older files say less', () => {
  expect(read(INFO)).toEqual(INFO);
  const { labels: _, ...older } = INFO;
  expect(read(older)).toEqual(older);
  expect(checkpointArchitecture(read(INFO), weights, 'x')).toEqual(architecture);
  expect(checkpointHistory(read(INFO), 'x')).toEqual(INFO.run.history);
});

test.each([
  ...Object.keys(INFO)
    .filter((name) => name !== 'labels')
    .map((name) => ({ [name]: undefined })),
  ...Object.keys(INFO).map((name) => ({ [name]: null })),
  ...Object.keys(INFO).map((name) => ({ [name]: 5 })),
  { model: { name: 'small', options: null } },
  { model: { name: 5, options: {} } },
  { classes: [] },
  { classes: ['a', 5] },
  { labels: 'many' },
  { position: { ...INFO.position, step: -1 } },
  { position: { ...INFO.position, sums: { examples: 1, loss: 'x' } } },
  { optimizer: { lr: null } },
  { schedule: { waited: 'x' } },
  { generator: { seed: 1 } },
])('damaged: %j', (change) => {
  const [name] = Object.keys(change);
  expect(() => read({ ...INFO, ...change })).toThrow(FileError);
  expect(() => read({ ...INFO, ...change })).toThrow(
    new RegExp(`^x.safetensors: its description is damaged: ${name} is`),
  );
});

test('no description at all', () => {
  for (const text of ['null', '5', '[]', '{', '"x"']) {
    const metadata = { format: 'sppgpu-checkpoint-1', sppgpu: text };
    expect(() => checkpointInfo(metadata, 'x.safetensors')).toThrow(
      /^x\.safetensors: its description is damaged: it is/,
    );
  }
  expect(() => checkpointInfo({ format: 'pt' }, 'x.safetensors')).toThrow(/is not a checkpoint of this program/);
});

test.each([[undefined], [null], [5], [[]], [[null]], [[{}, {}]]])('history %j is not that of one epoch', (history) => {
  expect(() => checkpointHistory(read({ ...INFO, run: { history } }), 'x')).toThrow(/^x: .*run\.history is not the 1/);
});

test.each([
  { pyramid: 5 },
  { pyramid: [1e9] },
  { hidden: '16' },
  { classes: 3 },
  { hidden: 1_000_000, width: 16 },
  { hidden: 32 },
])('an architecture that is none, or another than the tensors: %j', (change) => {
  const { name, options } = INFO.model;
  const info = read({ ...INFO, model: { name, options: { ...options, ...change } } });
  expect(() => checkpointArchitecture(info, weights, 'x')).toThrow(FileError);
});

test('tensors that are missing or too many', () => {
  const [[first, shape]] = [...weights] as [[string, { shape: readonly number[] }]];
  const fewer = new Map([...weights].slice(1));
  expect(() => checkpointArchitecture(read(INFO), fewer, 'x')).toThrow(`x: lacks ${first} of its small`);
  const more = new Map([...weights, ['other', shape]]);
  expect(() => checkpointArchitecture(read(INFO), more, 'x')).toThrow('x: holds other, no part of its small');
});
