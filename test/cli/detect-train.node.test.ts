import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSafetensors, serializeSafetensors } from '../../src/io/safetensors.js';
import { Network } from '../../src/models/network.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { Generator } from '../../src/tensor/generator.js';
import { objectXml, writeScenes } from '../detect/voc-folder.js';
import { tempFolder } from '../io/temp-folder.js';
import { Foreign } from '../models/foreign-onnx.js';
import { testDevice } from '../setup/device.js';
import { folderHashes } from '../setup/folder-hashes.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, jsonLines, sppgpu } from './run.js';

let weights: string;
let described: string;
beforeAll(async () => {
  const network = new Network(buildArchitecture('small'), { device: await testDevice(), generator: new Generator(9) });
  const state = await Promise.all(
    [...network.stateDict()].map(
      async ([name, tensor]) =>
        [name, { shape: [...tensor.shape], data: (await tensor.data()) as Float32Array<ArrayBuffer> }] as const,
    ),
  );
  const onnx = await encodeOnnx(network);
  network.dispose();
  described = join(tmpdir(), `sppgpu-test-small-${process.pid}.onnx`);
  writeFileSync(described, onnx);
  weights = join(tmpdir(), `sppgpu-test-small-${process.pid}.safetensors`);
  writeFileSync(weights, serializeSafetensors(state));
});

const trainArgs = (voc: string, run: string, ...more: string[]): string[] => [
  ...['detect', 'train', '--voc', voc, '--run', run],
  ...(more.includes('--model') ? [] : ['--backbone', 'small', '--weights', weights]),
  ...['--scales', '96', '--steps', '50', '--lr', '0.02', '--c', '0.01', '--workers', '1', ...more],
];

describe('detect train and detect', () => {
  test('from annotated pictures to detections that score well; killed and stopped, the same files', async () => {
    const folder = tempFolder();
    const voc = writeScenes(join(folder, 'voc'), 8, 4);
    const whole = join(folder, 'whole');
    const first = await sppgpu(trainArgs(voc, whole, '--json'));
    expect([first.code, errorLines(first)]).toEqual([0, []]);
    expect(jsonLines(first.stdout)).toEqual([
      { detector: join(whole, 'detector.safetensors'), pictures: 8, classes: ['bar', 'disc'], layer: 'fc4' },
    ]);
    for (const stage of [
      '[1/7] windows',
      '[2/7] feature maps',
      '[3/7] fully connected',
      '[5/7] classifiers',
      '[7/7] detector',
    ]) {
      expect(first.stderr).toContain(stage);
    }

    const broken = join(folder, 'broken');
    const killed = await sppgpu(trainArgs(voc, broken), {
      onStderr: (text, kill) => text.includes('[3/7]') && kill('SIGKILL'),
    });
    expect(killed.signal).toBe('SIGKILL');
    // Once: a second signal ends the process without saving.
    let asked = false;
    const stopped = await sppgpu(trainArgs(voc, broken), {
      onStderr: (text, kill) => {
        if (asked || !text.includes('[5/7]')) return;
        asked = true;
        kill('SIGINT');
      },
    });
    expect([0, 130]).toContain(stopped.code);
    if (stopped.code === 130) expect(stopped.stderr).toContain('everything is saved, the same command goes on in');
    expect((await sppgpu(trainArgs(voc, broken))).code).toBe(0);
    expect(folderHashes(broken)).toEqual(folderHashes(whole));

    const tests = Array.from({ length: 4 }, (_, i) => join(voc, 'JPEGImages', `scene${8 + i}.png`));
    const out = join(folder, 'out');
    const found = await sppgpu(['detect', ...tests, '--model', whole, '--min-score', '-1.5', '--out', out, '--json']);
    expect([found.code, errorLines(found)]).toEqual([0, []]);
    const lines = jsonLines(found.stdout) as {
      file: string;
      detections: { label: string; score: number; box: number[] }[];
      seconds: object;
    }[];
    expect(lines.map(({ file }) => file)).toEqual(tests);
    expect(Object.keys(lines[0]!.seconds)).toEqual(['proposals', 'conv', 'pool', 'fc', 'svm', 'nms']);
    for (const { detections } of lines) {
      for (const { box, label } of detections) {
        expect(['disc', 'bar']).toContain(label);
        expect(box.every((value) => value >= 0 && value <= 64)).toBe(true);
      }
    }
    expect(readdirSync(out).sort()).toEqual(tests.map((file) => file.split('/').at(-1)!).sort());

    const plain = await sppgpu(['detect', ...tests, '--model', whole, '--json']);
    const { metadata } = parseSafetensors(readFileSync(join(whole, 'detector.safetensors')));
    const { classes, thresholds } = JSON.parse(metadata.sppgpu!) as { classes: string[]; thresholds: number[] };
    const told = (jsonLines(plain.stdout) as typeof lines).map(({ detections }) => detections);
    const above = ({ label, score }: { label: string; score: number }) => score > thresholds[classes.indexOf(label)]!;
    expect(told).toEqual(lines.map(({ detections }) => detections.filter(above)));
    expect(told.flat().length).toBeGreaterThan(0);

    const detections = join(folder, 'found.jsonl');
    writeFileSync(detections, found.stdout);
    const scored = await sppgpu([
      'detect',
      'score',
      '--voc',
      voc,
      '--set',
      'test',
      '--detections',
      detections,
      '--json',
    ]);
    expect((jsonLines(scored.stdout)[0] as { map: number }).map).toBeGreaterThan(0.4);

    const onnx = join(folder, 'found.onnx');
    const written = await inProcess(['export', '--model', whole, '--onnx', onnx, '--json']);
    expect(JSON.parse(written.stdout)).toMatchObject({
      backbone: { file: join(folder, 'found.backbone.onnx'), outputs: [{ name: 'maps' }] },
      head: { file: join(folder, 'found.head.onnx'), outputs: [{ name: 'scores' }, { name: 'corrections' }] },
    });
    for (const flag of ['--probabilities', '--no-roi-pool']) {
      const wrong = await inProcess(['export', '--model', whole, '--onnx', onnx, flag]);
      expectRefusal(wrong, /a detector has classes of its own/, 2);
    }

    const again = await sppgpu(trainArgs(voc, whole, '--seed', '5'));
    expectRefusal(again, /holds another run \(recipe\.proposals\.seed 1, not 5\); add --overwrite/);
    writeFileSync(join(folder, 'bad.png'), 'no picture');
    const mixed = await sppgpu(['detect', join(folder, 'bad.png'), tests[0]!, '--model', whole, '--json']);
    expect(jsonLines(mixed.stdout)).toHaveLength(1);
    expect(mixed.code).toBe(1);
    expect(mixed.stderr).toMatch(/left out: .*bad\.png: /);
  }, 600_000);

  test('bad annotations, pictures without objects, a class without examples: each is named, and the rest trains', async () => {
    const folder = tempFolder();
    const voc = writeScenes(join(folder, 'voc'), 6, 0);
    const annotation = (id: number, xml: string) => writeFileSync(join(voc, 'Annotations', `scene${id}.xml`), xml);
    annotation(0, '<annotation><object>');
    annotation(1, '<annotation></annotation>');
    annotation(
      2,
      `<annotation>${objectXml('disc', [40, 10, 12, 30])}${objectXml('disc', [1, 1, 20, 20])}${objectXml('comet', [70, 1, 90, 20])}</annotation>`,
    );
    writeFileSync(join(voc, 'JPEGImages', 'scene3.png'), 'no picture');
    const run = join(folder, 'run');
    const { code, stderr } = await sppgpu(trainArgs(voc, run, '--no-tuning', '--no-regression'));
    expect(stderr).toMatch(/scene0\.xml: is not valid XML .*left out/);
    expect(stderr).toMatch(/scene2\.png: object 1 \("disc"\) has an empty or inverted box; left out/);
    expect(stderr).toMatch(/scene3\.png: .*left out/);
    expect(stderr).toMatch(/comet: no picture has one, so the detector will find none/);
    expect(code).toBe(0);
    expect(existsSync(join(run, 'detector.safetensors'))).toBe(true);
  });

  test('from a file that describes its net, without windows, with windows of one pixel, and with a file of boxes', async () => {
    const folder = tempFolder();
    const voc = writeScenes(join(folder, 'voc'), 4, 0);
    const boxes = join(folder, 'boxes.txt');
    // Nothing for scene 3; of scene 2 a window of one pixel, and one outside.
    writeFileSync(
      boxes,
      ['scene0 0 0 30 30', 'scene0 30 30 60 60', 'scene1 5 5 60 60', 'scene2 7 7 8 8', 'scene2 900 0 990 9'].join('\n'),
    );
    const run = join(folder, 'run');
    const { code, stderr } = await sppgpu(trainArgs(voc, run, '--model', described, '--no-tuning', '--boxes', boxes));
    expect(stderr).toMatch(/scene3.*left out/);
    expect(code).toBe(0);
    const picture = join(voc, 'JPEGImages', 'scene0.png');
    expectRefusal(
      await inProcess(['detect', picture, '--model', run]),
      /was trained on windows read from a file of boxes; name how windows are found with --method or --boxes/,
    );
    expect((await sppgpu(['detect', picture, '--model', run, '--boxes', boxes, '--json'])).code).toBe(0);
  });

  test('what cannot be is refused in one line before anything is written', async () => {
    const folder = tempFolder();
    const voc = writeScenes(join(folder, 'voc'), 2, 0);
    const run = join(folder, 'run');
    expectRefusal(await inProcess(['detect', 'a.png']), /no detector; give --model FILE/, 2);
    expectRefusal(await inProcess(['detect']), /no pictures; give files or folders/, 2);
    expectRefusal(
      await inProcess(['detect', join(voc, 'JPEGImages', 'scene0.png'), '--model', weights]),
      /holds no detector/,
    );
    expectRefusal(
      await inProcess(trainArgs(voc, run, '--layer', 'conv9')),
      /--layer conv9 is not a layer of windows; there are spp, fc4/,
      2,
    );
    expectRefusal(await inProcess(trainArgs(voc, join(voc, 'Annotations', 'run'))), /lies in the data set/);
    expectRefusal(await inProcess(trainArgs(join(folder, 'nothing'), run)), /has no VOC data/);
    const foreign = ['detect', 'train', '--voc', voc, '--run', run, '--backbone', 'resnet18', '--weights', weights];
    expectRefusal(await inProcess(foreign), /lacks \d+ weights \(features\.|has no weights for resnet18/);
    const o = new Foreign();
    const uneven = o.conv('x', 3, 4, 3, { strides: [2, 1] });
    writeFileSync(join(folder, 'uneven.onnx'), await o.bytes(o.node('GlobalAveragePool', 'gap', [uneven])));
    const lain = ['detect', 'train', '--voc', voc, '--run', run, '--model', join(folder, 'uneven.onnx')];
    expectRefusal(await inProcess(lain), /cells lie along rows \(stride 2 .* otherwise than along columns \(stride 1/);
    mkdirSync(join(folder, 'other'));
    cpSync(weights, join(folder, 'other', 'detector.safetensors'));
    expectRefusal(await inProcess(trainArgs(voc, join(folder, 'other'))), /detector\.safetensors: belongs to no run/);
    expect(existsSync(run)).toBe(false);
  });
});
