/** `detect test`: a detector, and two together, on annotated pictures. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDigits } from '../../src/data/digits.node.js';
import { scenesDataset } from '../../src/data/scenes.js';
import { Detector } from '../../src/detect/detector.js';
import { RegionNetwork } from '../../src/detect/features/region-network.js';
import { SppWindows } from '../../src/detect/features/spp-windows.js';
import { WarpedWindows } from '../../src/detect/features/warped-windows.js';
import { saveDetector } from '../../src/detect/open-detector.node.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { pngBytes } from '../../src/report/png.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { testDevice } from '../setup/device.js';
import { inProcess } from './in-process.js';
import { expectRefusal, jsonLines, sppgpu } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-detect-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const voc = join(folder, 'voc');
const CLASSES = ['one', 'two'];
const files = [join(folder, 'spp.safetensors'), join(folder, 'warped.safetensors')];
const moving = join(folder, 'moving.safetensors');

function write(name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

beforeAll(async () => {
  const scenes = scenesDataset(await loadDigits(), { split: 'test', count: 3, seed: 1 });
  for (let i = 0; i < 3; i++) {
    const { image, objects } = await scenes.item(i);
    const all = objects!.map(({ label, box }) => {
      const corners = `<xmin>${box.x0 + 1}</xmin><ymin>${box.y0 + 1}</ymin><xmax>${box.x1}</xmax><ymax>${box.y1}</ymax>`;
      return `<object><name>${CLASSES[label % 2]}</name><bndbox>${corners}</bndbox></object>`;
    });
    write(`voc/Annotations/${i}.xml`, `<annotation>${all.join('')}</annotation>`);
    write(`voc/JPEGImages/${i}.png`, pngBytes(image));
  }
  write('voc/ImageSets/Main/val.txt', '0\n1\n2\n');
  // Classifiers of random weights find something everywhere: what counts here is what becomes of it.
  const device = await testDevice();
  const architecture = buildArchitecture('small', { inputChannels: 3, width: 0.25, classes: 2 });
  for (const [seed, path] of files.entries()) {
    const network = new Network(architecture, { device, generator: new Generator(seed) }).eval();
    const region = new RegionNetwork(network, 'spp');
    const rng = new Rng(seed);
    const detector = new Detector(seed === 0 ? new SppWindows(region, { scales: [60] }) : new WarpedWindows(region), {
      classes: CLASSES,
      svm: {
        ...{ classes: 2, dimension: region.dimension, bias: new Float32Array(2) },
        weights: Float32Array.from({ length: 2 * region.dimension }, () => rng.normal(0, 0.2)),
      },
      trained: [true, true],
      ...{
        thresholds: [0, 0],
        featureScale: 1,
        regression: null,
        proposals: { method: 'selective-search', maxBoxes: 60 },
      },
    });
    await saveDetector(path, detector);
    if (seed === 0) {
      // The same with boxes that are moved by their own width.
      const [classes, dimension] = [CLASSES.length, region.pooledDimension];
      const bias = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0);
      const regression = { classes, dimension, bias, weights: new Float32Array(classes * 4 * dimension) };
      const other = new Detector(detector.source, { ...detector.parts, regression });
      await saveDetector(moving, other);
      other.dispose();
    }
    detector.dispose();
    network.dispose();
  }
});

const judged = (...args: string[]) => sppgpu(['detect', 'test', '--voc', voc, '--set', 'val', ...args]);
const [spp, warped] = files as [string, string];

test('--json is what `detect score` says of `detect --json`', async () => {
  const report = join(folder, 'report.html');
  const { code, stdout } = await judged('--model', spp, '--json', '--report', report);
  expect(code).toBe(0);
  const [line] = jsonLines(stdout) as [Record<string, unknown>];
  expect(Object.keys(line)).toEqual(['map', 'ap11', 'apAll', 'perClass', 'images', 'seconds', 'stages']);
  expect(Object.keys(line.stages as object)).toEqual(['proposals', 'conv', 'pool', 'fc', 'svm', 'nms']);
  expect(readFileSync(report, 'utf8')).toContain('How well the detector finds things');
  const all = ['detect', join(voc, 'JPEGImages'), '--model', spp, '--min-score', '-1.5', '--json'];
  const found = await sppgpu(all);
  expect(found.code).toBe(0);
  write('found.jsonl', found.stdout);
  const args = ['detect', 'score', '--voc', voc, '--set', 'val', '--detections', join(folder, 'found.jsonl'), '--json'];
  const [other] = jsonLines((await sppgpu(args)).stdout) as [Record<string, unknown>];
  for (const name of ['map', 'ap11', 'apAll', 'images', 'perClass'] as const) {
    const [own, theirs] = [line, other].map((record) =>
      name === 'perClass'
        ? (record[name] as { label: string }[]).filter(({ label }) => CLASSES.includes(label))
        : record[name],
    );
    expect(theirs).toEqual(own);
  }
});

test('two models: each alone, both together, and the gain of every class', async () => {
  const [line] = jsonLines((await judged('--model', spp, '--model', warped, '--json')).stdout) as [
    Record<string, unknown> & { alone: { model: string; map: number }[] },
  ];
  expect(line.alone.map(({ model }) => model)).toEqual(files);
  const [alone] = jsonLines((await judged('--model', warped, '--json')).stdout) as [{ map: number }];
  expect(line.alone[1]!.map).toBe(alone.map);
  const { stdout } = await judged('--model', spp, '--model', warped);
  expect(stdout).toMatch(/^AP % \(11 points\) +model 1 +model 2 +together +gain$/m);
  expect(stdout).toMatch(/^mean +\S+ +\S+ +\S+ +[-+]?\d+\.\d\d$/m);
  expect(stdout).toMatch(/^together better than each alone in \d of 2 classes$/m);
});

test('--no-regression leaves boxes where the windows are', async () => {
  const lines = [
    ['--model', spp],
    ['--model', moving],
    ['--model', moving, '--no-regression'],
  ].map(async (args) => {
    const [line] = jsonLines((await judged(...args, '--json')).stdout) as [{ perClass: object }];
    return line.perClass;
  });
  const [still, moved, held] = await Promise.all(lines);
  expect(moved).not.toEqual(still);
  expect(held).toEqual(still);
});

test('refuses what cannot be, in one line', async () => {
  expect((await judged()).code).toBe(2);
  expectRefusal(await inProcess(['detect', 'test', '--model', spp]), /no pictures; give --voc FOLDER --set NAME/, 2);
  expectRefusal(await judged('--model', join(voc, 'ImageSets', 'Main', 'val.txt')), /val\.txt: /);
});
