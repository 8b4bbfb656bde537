/** Sweeps: one training for every choice of options, a table with the best first; one that fails, or dies, fails alone. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { ranked } from '../../src/cli/sweep/table.js';
import { trialsOf } from '../../src/cli/sweep/trials.js';
import { csvRow } from '../../src/io/csv.js';
import { tempFolder } from '../io/temp-folder.js';
import { inProcess } from './in-process.js';
import { writeTinyPictures } from './tiny-pictures.js';

/** Stands for `sppgpu train`: the loss is the rate; some rates end it. */
const TRAIN = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
const words = process.argv.slice(2);
const value = (name) => words[words.indexOf(name) + 1];
const [lr, out] = [Number(value('--lr')), value('--out')];
appendFileSync(process.env.TRIALS, words.join(' ') + '\\n');
if (process.env.SPPGPU_QUEUE !== undefined) throw new Error('a queue');
if (lr === 7) process.kill(process.pid, 'SIGKILL');
if (lr === 8 && !existsSync(process.env.MENDED)) { console.error('x\\nsppgpu: train: the loss is NaN; lower --lr'); process.exit(1); }
mkdirSync(out, { recursive: true });
const epoch = (n) => JSON.stringify({ epoch: n, size: 28, lr, loss: lr + 1 - n, top1: 0, examples: 4, seconds: 1.5,
  validationLoss: lr, validationTop1: lr / 10 }) + '\\n';
writeFileSync(out + '/log.jsonl', epoch(0) + epoch(1));
`;

let folder = '';
beforeEach(() => {
  folder = tempFolder();
  const before = process.argv[1]!;
  process.argv[1] = join(folder, 'train.mjs');
  writeFileSync(process.argv[1], TRAIN);
  const own = { TRIALS: join(folder, 'trials'), MENDED: join(folder, 'mended'), SPPGPU_QUEUE: 'redis://h' };
  Object.assign(process.env, own);
  onTestFinished(() => {
    process.argv[1] = before;
    for (const name of Object.keys(own)) delete process.env[name];
  });
});

const run = (...more: string[]) =>
  inProcess(['sweep', '--data', 'digits', '--epochs', '2', '--runs', join(folder, 'runs'), ...more]);

test('the best first, as JSON, CSV and a page; what failed stands behind, by name, and ends no other', async () => {
  const out = join(folder, 'table.json');
  const { stderr, error } = await run('--vary', 'lr=1,2,7,8', '--vary', 'seed=3', '--out', out);
  expect(error?.message).toBe('sweep: 2 of 4 trainings failed; see the lines above');
  expect(stderr).toContain('sweep: lr=8,seed=3: failed: train: the loss is NaN; lower --lr');
  expect(stderr).toContain('best: lr=2,seed=3: validation loss 2.000, validation top-1 20.0 %');
  const { trials, failed } = JSON.parse(readFileSync(out, 'utf8')) as Record<string, Record<string, unknown>[]>;
  expect(trials).toEqual(
    [2, 1].map((lr) => ({
      ...{ trial: `lr=${lr},seed=3`, options: { lr: `${lr}`, seed: '3' }, epochs: 2, seconds: 3, loss: lr, top1: 0 },
      ...{ folder: join(folder, 'runs', `lr=${lr},seed=3`), validationLoss: lr, validationTop1: lr / 10 },
    })),
  );
  expect(failed!.map(({ trial, problem }) => [trial, problem])).toEqual([
    ['lr=7,seed=3', 'its process was ended by SIGKILL'],
    ['lr=8,seed=3', 'train: the loss is NaN; lower --lr'],
  ]);
  const rows = readFileSync(join(folder, 'table.csv'), 'utf8').split('\r\n');
  expect(rows[0]).toBe('trial,lr,seed,epochs,seconds,loss,top1,validationLoss,validationTop1,folder,problem');
  expect(rows[1]).toMatch(/^"lr=2,seed=3",2,3,2,3,2,0,2,0\.2,/);
  expect(rows).toHaveLength(6);
  const page = readFileSync(join(folder, 'table.html'), 'utf8');
  expect(page).toContain('<title>Best: lr 2, seed 3</title>');
  expect(page).toContain('the loss is NaN');
  expect(readFileSync(join(folder, 'trials'), 'utf8')).toContain(
    `train --data digits --epochs 2 --lr 1 --seed 3 --resume --out ${join(folder, 'runs', 'lr=1,seed=3')}\n`,
  );
});

test('nothing is written into the data that its trainings read', async () => {
  const data = writeTinyPictures(join(folder, 'data'), 2);
  const sweep = (...places: string[]) =>
    inProcess(['sweep', '--data', data, '--vary', 'lr=1', '--runs', join(folder, 'runs'), ...places]);
  const inData = join(data, 'x');
  for (const places of [
    ['--out', join(folder, 't.json'), '--runs', inData],
    ['--out', join(data, 't.json')],
    ['--shard', '1/2', '--shard-folder', inData],
  ])
    expect((await sweep(...places)).error?.message).toMatch(/lies in the data set .*write outside/);
  expect(existsSync(inData) || existsSync(join(folder, 'trials'))).toBe(false);
});

test('in shards, merged to the same table; a shard with a failure is done again, the others are not', async () => {
  const vary = ['--vary', 'lr=1,8'];
  const shards = join(folder, 'shards');
  const all = async () => {
    for (const i of [1, 2])
      expect((await run(...vary, '--shard', `${i}/2`, '--shard-folder', shards)).error).toBeNull();
    return inProcess(['merge', shards, '--out', join(folder, 'merged.json'), '--overwrite', '--json']);
  };
  const first = await all();
  expect(first.error?.message).toBe('merge: 1 of 2 were left out; see the lines above');
  expect(first.stderr).toContain('left out: lr=8: train: the loss is NaN; lower --lr');
  await run(...vary, '--out', join(folder, 'whole.json'));
  expect(readFileSync(join(folder, 'merged.json'))).toEqual(readFileSync(join(folder, 'whole.json')));
  expect(readFileSync(join(folder, 'merged.html'))).toEqual(readFileSync(join(folder, 'whole.html')));
  const before = readFileSync(join(folder, 'trials'), 'utf8').split('\n').length;
  writeFileSync(join(folder, 'mended'), '');
  expect((await all()).error).toBeNull();
  expect(readFileSync(join(folder, 'trials'), 'utf8').split('\n')).toHaveLength(before + 1);
});

test.each([
  [['--vary', 'lr'], /--vary "lr" is not NAME=VALUE/],
  [['--vary', 'lr=1,1'], /--vary "lr=1,1" says something twice/],
  [['--vary', 'lr=1', '--vary', 'lr=2'], /says something twice/],
  [['--vary', 'lr=1,fast'], /sweep: lr=fast: .*give a number >= 0/],
  [['--vary', 'lrr=1'], /sweep: train takes no "--lrr"/],
  [['--vary', 'lr=1', '--batch-size', 'x'], /sweep: lr=1: .*'--batch-size <n>' argument 'x' is invalid/],
  [['--vary', 'out=a,b'], /sweep: --out is not for its trainings/],
  [['--vary', 'lr=1', '--resume'], /sweep: --resume is not for its trainings/],
  [['--vary', 'lr=1'], /no place for the table; give --out FILE/],
])('%j is wrong usage, found before anything is trained', async (words, message) => {
  const { error, code } = await run(...words);
  expect(error?.message).toMatch(message);
  expect(code).toBe(2);
});

test('trials: all choices; values with commas; folders that every file system takes', () => {
  const trials = trialsOf([
    { name: 'pyramid', values: ['3,2,1', '2,1'] },
    { name: 'weights', values: ['a/b', 'a_b'] },
  ]);
  expect(trials.map(({ name }) => name)).toEqual([
    ...['pyramid=3,2,1,weights=a/b', 'pyramid=3,2,1,weights=a_b'],
    ...['pyramid=2,1,weights=a/b', 'pyramid=2,1,weights=a_b'],
  ]);
  expect(new Set(trials.map((trial) => trial.folder)).size).toBe(4);
  for (const trial of trials) expect(trial.folder).toMatch(/^[\w.=,+-]+$/);
});

test('the training score ranks where a trial has no held-out pictures; a number that is none comes last', () => {
  const of = (trial: string, metrics: object) => ({ trial, options: {}, folder: '', ...metrics });
  const results = [of('a', { top1: 0.1, validationTop1: 0.9 }), of('b', { top1: 0.3 }), of('c', { top1: Number.NaN })];
  expect(ranked(results).map(({ trial }) => trial)).toEqual(['b', 'a', 'c']);
});

test('rows of CSV', () => {
  expect(csvRow(['a', 1, undefined, Number.NaN, 'b,"c"\n'])).toBe('a,1,,,"b,""c""\n"\r\n');
});
