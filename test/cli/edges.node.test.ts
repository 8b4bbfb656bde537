import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, describe, expect, test } from 'vitest';
import { plainPng, pngBytes } from '../data/pictures.js';
import { inProcess } from './in-process.js';
import { expectRefusal, jsonLines, sppgpu } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-edges-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pictures with a box each, and its outline as boundaries; 0.0075 of the diagonal are 2.25 pixels. */
function writeBoundaries(root: string, part: string, count: number): void {
  for (const name of ['images', 'boundaries']) mkdirSync(join(root, part, name), { recursive: true });
  for (let i = 0; i < count; i++) {
    const inside = (x: number, y: number) => x >= 40 + i && x < 170 + i && y >= 40 && y < 130;
    const onEdge = (x: number, y: number) =>
      inside(x, y) && !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1));
    const picture = pngBytes(240, 180, (x, y) => (inside(x, y) ? [230, 180, 40] : [30, 40, 50]));
    const boundaries = pngBytes(240, 180, (x, y) => (onEdge(x, y) ? [255, 255, 255] : [0, 0, 0]));
    writeFileSync(join(root, part, 'images', `${i}.png`), picture);
    writeFileSync(join(root, part, 'boundaries', `${i}.png`), boundaries);
  }
}

const data = join(folder, 'data');
writeBoundaries(data, 'train', 4);
writeBoundaries(data, 'val', 2);
const out = join(folder, 'run');
const train = ['edges', 'train', '--data', data, '--crop', '32', '--batch-size', '2', '--lr', '0.01', '--json'];

describe('edges train', () => {
  test('Ctrl-C saves, --resume goes on to the same bits as without a stop', async () => {
    const straight = await sppgpu([...train, '--epochs', '3', '--out', join(folder, 'straight')]);
    expect(straight.code).toBe(0);
    expect(jsonLines(straight.stdout)).toMatchObject([1, 2, 3].map((epoch) => ({ epoch, crops: 4 })));
    let stopped = false;
    const halted = await sppgpu([...train, '--epochs', '3', '--out', out], {
      onStderr: (text, kill) => {
        if (stopped || !text.includes('epoch 1/3')) return;
        stopped = true;
        kill('SIGINT');
      },
    });
    expect(halted.code).toBe(130);
    expect(halted.stderr).toMatch(/everything is saved/);
    expectRefusal(await inProcess([...train, '--epochs', '3', '--out', out]), /holds an earlier run; add --resume/);
    const resumed = await sppgpu([...train, '--epochs', '3', '--out', out, '--resume']);
    expect(resumed.code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['log.jsonl', 'model.safetensors']);
    expect(readFileSync(join(out, 'log.jsonl'), 'utf8').trim().split('\n')).toHaveLength(3);
    const weights = (run: string) => {
      const file = readFileSync(join(folder, run, 'model.safetensors'));
      return file.subarray(8 + Number(file.readBigUInt64LE(0)));
    };
    expect(weights('run').equals(weights('straight'))).toBe(true);
  });

  test('what was typed wrong, and data that is none, get a line each', async () => {
    expectRefusal(await inProcess([...train, '--out', join(folder, 'x'), '--crop', '40']), /crop/, 2);
    expectRefusal(await inProcess([...train, '--out', join(data, 'train', 'images', 'x')]), /lies in the data set/);
    const nothing = ['edges', 'train', '--data', folder, '--out', join(folder, 'x')];
    expectRefusal(await inProcess(nothing), /train.images: no such file or folder/);
  });
});

describe('edges eval and edges detect', () => {
  test('gradients find the outlines; the numbers are for machines, too', async () => {
    const { code, stdout } = await sppgpu(['edges', 'eval', '--data', data, '--model', 'gradients', '--json']);
    expect(code).toBe(0);
    const [scores] = jsonLines(stdout) as [Record<string, number>];
    expect(Object.keys(scores).sort()).toEqual(
      ['ap', 'images', 'ods', 'ois', 'precision', 'recall', 'seconds', 'threshold'].sort(),
    );
    expect(scores.images).toBe(2);
    expect(scores.ods).toBeGreaterThan(0.65);
    expect(scores.ois).toBeGreaterThanOrEqual(scores.ods! - 1e-9);
    const table = await sppgpu(['edges', 'eval', '--data', data, '--model', 'gradients', '--limit', '1']);
    expect(table.stdout).toMatch(/ODS +OIS +AP/);
  });

  test('a net of the folder of its run draws the edges; a bad picture is left out by name, the others are drawn', async () => {
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    writeFileSync(join(pictures, 'bad.png'), 'no picture');
    writeFileSync(
      join(pictures, 'good.png'),
      pngBytes(50, 20, (x) => (x < 25 ? [255, 0, 0] : [0, 0, 255])),
    );
    writeFileSync(
      join(pictures, 'one.png'),
      pngBytes(1, 1, () => [9, 9, 9]),
    );
    const drawn = join(folder, 'drawn');
    const result = await sppgpu([
      'edges',
      'detect',
      pictures,
      '--model',
      join(folder, 'straight'),
      '--out',
      drawn,
      '--json',
    ]);
    expectRefusal(result, /1 were left out/);
    expect(result.stderr).toMatch(/left out: .*bad\.png/);
    expect(readdirSync(drawn).sort()).toEqual(['good.edges.png', 'one.edges.png']);
    const { width, height } = PNG.sync.read(readFileSync(join(drawn, 'good.edges.png')));
    expect([width, height]).toEqual([50, 20]);
    expect(jsonLines(result.stdout)).toHaveLength(2);
    const thin = ['edges', 'detect', join(pictures, 'good.png'), '--model', 'gradients', '--thin', '--out', drawn];
    expect((await sppgpu(thin)).code).toBe(0);
    const edges = PNG.sync.read(readFileSync(join(drawn, 'good.edges.png')));
    expect(edges.data[4 * (10 * 50 + 5)]).toBe(0);
  });

  test('a picture whose side exceeds 4,096 pixels is drawn', async () => {
    const wide = join(folder, 'wide.png');
    writeFileSync(wide, plainPng(4100, 12, 90));
    const drawn = join(folder, 'wide');
    expect((await sppgpu(['edges', 'detect', wide, '--model', 'gradients', '--out', drawn])).code).toBe(0);
    expect(PNG.sync.read(readFileSync(join(drawn, 'wide.edges.png'))).width).toBe(4100);
  });

  test('propose takes edges of gradients, or of a net', async () => {
    const picture = join(data, 'val', 'images', '0.png');
    const propose = async (...flags: string[]) => {
      const { code, stdout } = await sppgpu(['propose', picture, '--max-boxes', '50', '--json', ...flags]);
      expect(code).toBe(0);
      return (jsonLines(stdout) as { boxes: number[][]; seconds: number }[])[0]!;
    };
    const gradients = await propose('--method', 'edge-boxes');
    const net = await propose('--edges', join(folder, 'straight'));
    expect(gradients.boxes.length).toBeGreaterThan(0);
    expect(net.boxes).not.toEqual(gradients.boxes);
    expect(net.seconds).toBeGreaterThan(0);
    const mixed = ['propose', picture, '--method', 'selective-search', '--edges', join(folder, 'straight')];
    expectRefusal(await inProcess(mixed), /selective-search does not look at edges/, 2);
    expectRefusal(await inProcess(['propose', picture, '--edges', join(folder, 'none')]), /none: no such file/);
  });

  test('a file that is no edge net is refused', async () => {
    const file = join(folder, 'else.safetensors');
    writeFileSync(file, 'nothing');
    expectRefusal(await inProcess(['edges', 'eval', '--data', data, '--model', file]), /else\.safetensors/);
  });
});
