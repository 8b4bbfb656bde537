import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Rng } from '../../src/tensor/rng.js';
import { errorLines, type Finished, sppgpu } from './run.js';
import { TINY_CLASSES, tinyPicture, writeTinyPictures, writeTinyVoc } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-classify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const data = writeTinyPictures(join(folder, 'data'), 8);
const out = join(folder, 'run');
const model = join(out, 'model.safetensors');
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '8', '--lr', '0.02'];

/** One line for the user, no stack, exit code 1. */
function expectRefusal(result: Finished, message: RegExp): void {
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(errorLines(result)).toHaveLength(1);
  expect(errorLines(result)[0]).toMatch(message);
  expect(errorLines(result)[0]).not.toContain('internal error');
  expect(result.code).toBe(1);
}

beforeAll(async () => {
  const trained = await sppgpu(['train', '--data', data, ...net, '--epochs', '6', '--out', out]);
  expect(errorLines(trained)).toEqual([]);
  expect(trained.code).toBe(0);
});

describe('eval', () => {
  test('--json: a line a protocol with the documented fields, and a report', async () => {
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
      expect(Object.keys(line)).toEqual(['views', 'top1', 'top5', 'images', 'seconds']);
      expect(line.images).toBe(24);
      expect(line.top1).toBeGreaterThan(0.9);
    }
    expect(readFileSync(report, 'utf8')).toContain('</html>');
  });

  test('a diverged network is credited with nothing, though top-5 of three classes holds them all', async () => {
    const { tensors, metadata } = await loadSafetensors(model);
    const diverged = new Map(
      [...tensors].map(([name, { shape, data: values }]) => {
        const last = name.startsWith('model.classifier') && shape.length === 1 && shape[0] === TINY_CLASSES.length;
        return [name, { shape, data: last ? new Float32Array(shape[0]!).fill(Number.NaN) : values }];
      }),
    );
    const file = join(folder, 'diverged.safetensors');
    await saveSafetensors(file, diverged as never, metadata);
    const { stdout } = await sppgpu(['eval', '--model', file, '--data', data, '--val-share', '0', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ images: 24, top1: 0, top5: 0 });
  });

  test('classes that are not the checkpoint’s', async () => {
    const other = writeTinyPictures(join(folder, 'other'), 2);
    mkdirSync(join(other, 'yellow'));
    for (const i of [0, 1]) writeFileSync(join(other, 'yellow', `${i}.png`), tinyPicture(0, i));
    expectRefusal(
      await sppgpu(['eval', '--model', model, '--data', other]),
      /its 4 classes are not the model's 3 \(they differ at "yellow"\)/,
    );
  });

  test('a view larger than the picture', async () => {
    expectRefusal(
      await sppgpu(['eval', '--model', model, '--data', data, '--scales', '20']),
      /views: 28x28 pixels do not fit a \d+x\d+ image/,
    );
  });

  test('no network, or a damaged one', async () => {
    expectRefusal(await sppgpu(['eval', '--data', data]), /no network given; pass --model/);
    const damaged = join(folder, 'damaged.safetensors');
    writeFileSync(damaged, readFileSync(model));
    truncateSync(damaged, 5000);
    expectRefusal(await sppgpu(['eval', '--model', damaged, '--data', data]), /damaged\.safetensors: /);
  });
});

describe('predict', () => {
  test('pictures of any size, in order; --json is one array', async () => {
    const files = TINY_CLASSES.flatMap((name) => [0, 1, 2].map((i) => join(data, name, `${i}.png`)));
    const { code, stdout } = await sppgpu(['predict', '--model', model, '--json', '--top', '2', ...files]);
    expect(code).toBe(0);
    const predictions = JSON.parse(stdout) as { file: string; top: { label: string; p: number }[] }[];
    expect(predictions.map(({ file }) => file)).toEqual(files);
    for (const { file, top } of predictions) {
      expect(top).toHaveLength(2);
      expect(file).toContain(`/${top[0]!.label}/`);
      expect(top[0]!.p).toBeGreaterThanOrEqual(top[1]!.p);
    }
  });

  test('for people: bars', async () => {
    const { stdout } = await sppgpu(['predict', '--model', model, join(data, 'red', '0.png')]);
    expect(stdout).toMatch(/ {2}red +[█░]{24} +\d+\.\d %/);
  });

  test('an unreadable picture is named, the others are classified', async () => {
    const bad = join(folder, 'bad.png');
    writeFileSync(bad, 'no picture');
    const result = await sppgpu(['predict', '--model', model, '--json', bad, join(data, 'red', '0.png')]);
    expect(JSON.parse(result.stdout)).toHaveLength(1);
    expect(result.stderr).toMatch(/left out: .*bad\.png/);
    expectRefusal(result, /1 of 2 pictures could not be read/);
  });
});

describe('features, svm, export', () => {
  test('features: normalised vectors of every picture with labels and names', async () => {
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
    expectRefusal(await sppgpu([...args, '--layer', 'conv3']), /its map follows the picture's size; use --mode crop/);
    expectRefusal(await sppgpu([...args, '--layer', 'conv9']), /no feature layer conv9; there are conv1, conv2, conv3/);
  });

  test('svm: the Caltech-101 protocol, a line a choice', async () => {
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

  test('svm: the VOC protocol on pictures of several classes', async () => {
    const voc = writeTinyVoc(join(folder, 'voc'));
    const args = ['--data', voc, '--model', model, '--protocol', 'voc07', '--scale', '30'];
    const result = await sppgpu(['svm', ...args, '--json', '--out', join(folder, 'voc.json')]);
    expect(result.code).toBe(0);
    const line = JSON.parse(result.stdout);
    expect(Object.keys(line)).toEqual(['protocol', 'layer', 'scale', 'mode', 'c', 'map', 'deviation', 'gap']);
    expect(line.map).toBeGreaterThan(0.9);
    expect(JSON.parse(readFileSync(join(folder, 'voc.json'), 'utf8'))[0].perClass).toHaveLength(3);
    expectRefusal(
      await sppgpu(['eval', '--data', voc, '--model', model]),
      /voc val: its pictures have several classes each, the model was trained for one class; give data of its kind/,
    );
  });

  test('svm: layers by looks, where some cells have no vectors', async () => {
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

  test('svm: a look that no layer has', async () => {
    const protocol = ['--protocol', 'caltech101', '--train', '4', '--scale', '30', '--layer', 'conv3', '--json'];
    const result = await sppgpu(['svm', '--data', data, '--model', model, ...protocol]);
    expect(JSON.parse(result.stdout)).toMatchObject({ layer: 'conv3', accuracy: null });
    expectRefusal(result, /its map follows the picture's size; use --mode crop/);
  });

  test('svm: what is done when it is stopped is on the disk, and the cache outlives a look', async () => {
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

  test('svm: only the weights up to the deepest layer are needed', async () => {
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
      sppgpu([
        ...['svm', '--data', data, '--backbone', 'small', '--width', '0.5', '--weights', file, '--layer', layer],
        ...protocol,
      ]);
    const headless = await weights('no-scores.safetensors', /fc5/);
    expect((await from(headless, 'spp,fc4')).code).toBe(0);
    const short = await weights('short.safetensors', /conv3|fc/);
    expectRefusal(await from(short, 'spp'), /short\.safetensors: lacks 2 weights \(features\.conv3\.weight, /);
    expectRefusal(await from(short, 'fc4'), /lacks 4 weights \(.*classifier\.fc4\.bias\)/);
  });

  test('svm: the layout is the protocol’s, so there is no --format', async () => {
    const result = await sppgpu(['svm', '--data', data, '--protocol', 'voc07', '--model', model, '--format', 'list']);
    expect(result.stderr).toContain("unknown option '--format'");
  });

  test('svm: a class too small for the protocol', async () => {
    expectRefusal(
      await sppgpu(['svm', '--data', data, '--model', model, '--protocol', 'caltech101', '--scale', '30']),
      /class 0 has 8 samples; 30 to train and one to test need 31/,
    );
  });

  test('export: weights alone, which start another training', async () => {
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
    const to = (file: string) => sppgpu(['export', '--model', model, '--out', file]);
    expectRefusal(await to('/dev/null/inside/x.safetensors'), /\/dev\/null\/inside\/x\.safetensors: /);
    expectRefusal(await to(folder), /is a folder; give the path of a file/);
  });
});

describe('bad data for train', () => {
  let runs = 0;
  const start = (path: string, ...more: string[]) => {
    const target = join(folder, `bad-${runs++}`);
    return sppgpu(['train', '--data', path, ...net, '--epochs', '1', '--out', target, ...more]);
  };

  test('a class folder that is empty, or has one picture', async () => {
    const empty = writeTinyPictures(join(folder, 'empty'), 3);
    mkdirSync(join(empty, 'void'));
    expectRefusal(await start(empty), /void: has no pictures; add PNG or JPEG files/);
    writeFileSync(join(empty, 'void', '0.png'), tinyPicture(0, 0));
    expectRefusal(await start(empty), /void: has only 1 of the 2 pictures a class needs/);
  });

  test('unreadable pictures: over 1 % fails, more are allowed on request and listed', async () => {
    const torn = writeTinyPictures(join(folder, 'torn'), 8);
    truncateSync(join(torn, 'red', '1.png'), 40);
    truncateSync(join(torn, 'blue', '2.png'), 40);
    expectRefusal(await start(torn), /pictures are unreadable \(.* %, 1 % allowed\): .*\.png/);
    const lenient = await start(torn, '--max-unreadable', '0.5');
    expect(lenient.code).toBe(0);
    expect(lenient.stderr).toMatch(/of \d+ pictures of .* were unreadable and left out:\n {2}\S+\/\d\.png: /);
  });

  test('unreadable pictures for validation are listed too, and files that are no PNG or JPEG', async () => {
    const parts = join(folder, 'parts');
    writeTinyPictures(join(parts, 'train'), 4);
    writeTinyPictures(join(parts, 'val'), 2);
    truncateSync(join(parts, 'val', 'red', '1.png'), 40);
    for (const i of [0, 1, 2, 3]) writeFileSync(join(parts, 'train', 'red', `${i}.webp`), 'RIFF');
    const { code, stderr } = await start(parts, '--max-unreadable', '0.5');
    expect(code).toBe(0);
    expect(stderr).toMatch(/1 of 6 pictures of val were unreadable and left out:\n {2}red\/1\.png: /);
    expect(stderr).toMatch(
      /4 files are no PNG or JPEG and were left out: red\/0\.webp, red\/1\.webp, red\/2\.webp, \.\.\.$/m,
    );
  });

  test('a label that is no class', async () => {
    const list = join(folder, 'list.txt');
    writeFileSync(list, `${join(data, 'red', '0.png')} 0\n${join(data, 'red', '1.png')} -1\n`);
    expectRefusal(await start(list), /list\.txt:2: label -1 is not in 0\.\./);
  });

  test('no such path; no --data; sizes that do not fit the net', async () => {
    expectRefusal(await start(join(folder, 'nowhere')), /nowhere: no such file or folder; check the path/);
    expectRefusal(await sppgpu(['train', '--out', join(folder, 'none')]), /no pictures given; pass --data/);
    expectRefusal(await start(data, '--model', 'zf5', '--sizes', '20'), /zf5: an input of 20x20 pixels is too small/);
    expectRefusal(
      await start(data, '--pyramid', 'none', '--sizes', '28,24'),
      /a net without SPP takes its training size/,
    );
  });
});

describe('models', () => {
  test('--json: the documented fields, at any input size, the same from any folder', async () => {
    const { code, stdout } = await sppgpu(['models', '--json', '--input', '180'], { cwd: folder });
    expect(code).toBe(0);
    const nets = JSON.parse(stdout) as Record<string, unknown>[];
    const zf5 = nets.find(({ name }) => name === 'zf5')!;
    expect(zf5).toMatchObject({ map: 10, stride: 16, receptiveField: 139 });
    for (const field of ['parameters', 'flops', 'centre']) expect(zf5[field]).toBeGreaterThan(0);
    expect(nets.map(({ name }) => name)).toEqual([
      'zf5',
      'convnet5',
      'overfeat5',
      'overfeat7',
      'squeezenet11',
      'small',
    ]);
  });

  test('layers of one net; an unknown one; an input too small', async () => {
    const { stdout } = await sppgpu(['models', 'ZF-5', '--pyramid', '4,3,2,1']);
    expect(stdout).toMatch(/fc6 +fc +4096 +31,461,376/);
    expectRefusal(await sppgpu(['models', 'zf9']), /unknown model "zf9"; there are zf5/);
    expectRefusal(await sppgpu(['models', 'zf5', '--input', '20']), /both sides must have at least 31/);
  });
});
