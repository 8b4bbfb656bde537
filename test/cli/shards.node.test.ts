/** `--shard` and `merge`: whatever the number of shards, what comes out is what one run would have written, byte for byte. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { Detector } from '../../src/detect/detector.js';
import { RegionNetwork } from '../../src/detect/features/region-network.js';
import { SppWindows } from '../../src/detect/features/spp-windows.js';
import { saveDetector } from '../../src/detect/open-detector.node.js';
import { loadBoxFile } from '../../src/detect/proposals/box-files.node.js';
import { saveSafetensors } from '../../src/io/safetensors.node.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { testDevice } from '../setup/device.js';
import { inProcess } from './in-process.js';
import { TINY_CLASSES, tinyPicture } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-sharded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const path = (name: string): string => join(folder, name);
const data = path('data');
const voc = path('voc');
const modelOf = (labels: 'single' | 'multi'): string[] => ['--model', path(`${labels}.safetensors`)];
const net = modelOf('single');

beforeAll(async () => {
  const options = { width: 0.25, inputChannels: 3, classes: 3 } as const;
  const rng = new Rng(3);
  const tensors = parameterSpecs(buildArchitecture('small', options)).map(({ name, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return [name, { shape, data: Float32Array.from({ length: size }, () => rng.normal(0, 0.1)) }] as const;
  });
  for (const labels of ['single', 'multi']) {
    const about = { model: { name: 'small', options }, classes: TINY_CLASSES, labels, run: {} };
    const metadata = { format: 'sppgpu-weights-1', sppgpu: JSON.stringify(about) };
    await saveSafetensors(path(`${labels}.safetensors`), tensors, metadata);
  }
  // Three batches, the last one short, with a picture in the first that cannot be read.
  for (const [label, name] of TINY_CLASSES.entries()) {
    mkdirSync(join(data, name), { recursive: true });
    for (let i = 0; i < 24; i++)
      writeFileSync(join(data, name, `${String(i).padStart(2, '0')}.png`), tinyPicture(label, i));
  }
  writeFileSync(join(data, 'blue', '05.png'), 'no picture');
  const ids = ['0', '1', '2', '3', '4'];
  for (const part of ['Annotations', 'ImageSets/Main', 'JPEGImages']) mkdirSync(join(voc, part), { recursive: true });
  for (const [i, id] of ids.entries()) {
    const box = `<bndbox><xmin>${1 + i}</xmin><ymin>1</ymin><xmax>20</xmax><ymax>19</ymax></bndbox>`;
    const object = `<object><name>${TINY_CLASSES[i % 3]}</name><difficult>${i % 2}</difficult>${box}</object>`;
    writeFileSync(join(voc, 'Annotations', `${id}.xml`), `<annotation>${object}</annotation>`);
    writeFileSync(join(voc, 'JPEGImages', `${id}.png`), tinyPicture(i % 3, i));
  }
  writeFileSync(join(voc, 'ImageSets', 'Main', 'val.txt'), ids.join('\n'));
});

let works = 0;

/** Runs a command whole, and in shards that are merged; an empty shard and one that is done twice among them. */
async function wholeAndMerged(command: readonly string[], count: number) {
  const name = `${command[0]}-${++works}`;
  const shards = path(`${name}-shards`);
  const whole = await inProcess(command);
  const told: { readonly file: string; readonly items: number; readonly sha256: string }[] = [];
  for (const index of [count, ...Array.from({ length: count }, (_, i) => i + 1)]) {
    const shard = await inProcess([...command, '--shard', `${index}/${count}`, '--shard-folder', shards, '--json']);
    expect(shard.error).toBeNull();
    expect(shard.stderr).toContain(`shard ${index}/${count}, `);
    told.push(JSON.parse(shard.stdout));
  }
  expect(told[0]).toEqual(told.at(-1));
  expect(readdirSync(shards)).toHaveLength(count);
  const out = path(`${name}.merged`);
  const merged = await inProcess(['merge', shards, '--out', out, '--json']);
  const bytes = readFileSync(out);
  const summary = JSON.parse(merged.stdout) as Readonly<Record<string, unknown>>;
  expect(summary).toMatchObject({
    shards: count,
    bytes: bytes.length,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/u),
  });
  expect(told.slice(1).reduce((sum, { items }) => sum + items, 0)).toBe(summary.items);
  return { whole, merged, bytes, shards };
}

test('features', async () => {
  const command = ['features', '--data', data, ...net, '--scale', '32', '--max-unreadable', '0.1'];
  const out = path('features.safetensors');
  const one = await inProcess([...command, '--out', out]);
  expect(one.error).toBeNull();
  const { bytes, whole, merged, shards } = await wholeAndMerged(command, 4);
  expect(whole.error?.message).toMatch(/no place for the vectors; give --out FILE/);
  expect(bytes.equals(readFileSync(out))).toBe(true);
  expect(merged.error).toBeNull();
  expect(merged.stderr).toMatch(/left out: .*blue\/05\.png: /);
  // More unreadable pictures than are allowed end the shard that has them, by name.
  const strict = [...command.slice(0, -1), '0', '--shard-folder', path('strict')];
  expect((await inProcess([...strict, '--shard', '1/3'])).error?.message).toMatch(/blue\/05\.png/);
  // A set that is not complete writes nothing.
  const [first, ...rest] = readdirSync(shards).map((name) => join(shards, name));
  rmSync(first!);
  const cut = await inProcess(['merge', ...rest, '--out', path('cut')]);
  expect(cut.error?.message).toMatch(/of its 4 shards 1 is missing/);
  expect(() => readFileSync(path('cut'))).toThrow(/ENOENT/);
});

test('predict, of which the table has a head', async () => {
  const { whole, merged, bytes } = await wholeAndMerged(['predict', data, ...net, '--csv'], 2);
  expect(bytes.toString()).toBe(whole.stdout);
  expect(whole.error?.message).toMatch(/predict: 1 of 72 were left out/);
  expect(merged.error?.message).toMatch(/merge: 1 of 72 were left out/);
});

test('eval, one class per picture and several, under two protocols', async () => {
  const views = ['--views', '1,full', '--max-unreadable', '0.1', '--json', '--untimed'];
  const single = await wholeAndMerged(['eval', '--data', data, ...net, ...views], 2);
  expect(single.bytes.toString()).toBe(single.whole.stdout);
  expect(single.whole.stdout).toMatch(/^\{"views":1,.*"images":71\}\n\{"views":"full",.*"images":71\}\n$/u);
  const list = ['--data', voc, '--list', 'val', ...modelOf('multi'), ...views];
  const several = await wholeAndMerged(['eval', ...list], 1);
  expect(several.bytes.toString()).toBe(several.whole.stdout);
  expect(several.whole.stdout).toMatch(/"map":/);
});

test('propose, with the recall of annotated pictures', async () => {
  const command = ['propose', '--voc', voc, '--set', 'val', '--method', 'sliding-windows', '--max-boxes', '40'];
  const { whole, bytes } = await wholeAndMerged([...command, '--json', '--untimed'], 2);
  expect(bytes.toString()).toBe(whole.stdout);
  expect(whole.stdout).toMatch(/"recall50":/);
  expect(whole.stdout).not.toMatch(/seconds/);
  // What is merged is a file of boxes, as `detect train --boxes` takes it.
  const file = path('windows.jsonl');
  writeFileSync(file, bytes);
  expect((await loadBoxFile(file)).names).toHaveLength(5);
});

test('detect test, of two detectors together', async () => {
  const device = await testDevice();
  const architecture = buildArchitecture('small', { inputChannels: 3, width: 0.25, classes: 3 });
  const files = [path('one.safetensors'), path('two.safetensors')];
  for (const [seed, file] of files.entries()) {
    const network = new Network(architecture, { device, generator: new Generator(seed) }).eval();
    const region = new RegionNetwork(network, 'spp');
    const rng = new Rng(seed);
    const detector = new Detector(new SppWindows(region, { scales: [40] }), {
      classes: ['blue', 'green', 'red'],
      svm: {
        ...{ classes: 3, dimension: region.dimension, bias: new Float32Array(3) },
        weights: Float32Array.from({ length: 3 * region.dimension }, () => rng.normal(0, 0.2)),
      },
      trained: [true, true, true],
      ...{
        thresholds: [0, 0, 0],
        featureScale: 1,
        regression: null,
        proposals: { method: 'sliding-windows', maxBoxes: 20 },
      },
    });
    await saveDetector(file, detector);
    detector.dispose();
    network.dispose();
  }
  const models = files.flatMap((file) => ['--model', file]);
  const command = ['detect', 'test', '--voc', voc, '--set', 'val', ...models, '--json', '--untimed'];
  const { whole, bytes } = await wholeAndMerged(command, 2);
  expect(bytes.toString()).toBe(whole.stdout);
  expect(JSON.parse(whole.stdout)).toMatchObject({ images: 5, alone: [{}, {}] });
});

test('a scheduler says which shard it is, a line tells of it, and --shard off turns it off', async () => {
  vi.stubEnv('JOB_COMPLETION_INDEX', '1');
  vi.stubEnv('SPPGPU_SHARDS', '2');
  const command = [
    'propose',
    join(voc, 'JPEGImages'),
    '--method',
    'sliding-windows',
    '--max-boxes',
    '3',
    '--shard-folder',
    path('pods'),
  ];
  const pod = await inProcess(command);
  expect(pod.stderr).toContain('propose: shard 2/2, as index 1 of the Kubernetes job (--shard off: all of it)');
  expect(readdirSync(path('pods'))).toEqual([expect.stringMatching(/^propose-[0-9a-f]{12}-2-of-2\.shard$/u)]);
  expect((await inProcess([...command, '--shard', 'off', '--json'])).stdout.split('\n')).toHaveLength(6);
  vi.stubEnv('SPPGPU_SHARDS', '1');
  expect((await inProcess(command)).error).toMatchObject({ name: 'UsageError', message: /is not one of the 1 shards/ });
});
