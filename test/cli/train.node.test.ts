import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readJsonl } from '../../src/io/jsonl.node.js';
import { readTfEvents } from '../../src/io/tfevents.node.js';
import { errorLines, sppgpu } from './run.js';
import { writeTinyPictures, writeTinyVoc } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Calls back when a file was replaced (by the atomic writes of checkpoints) so many times. */
function whenReplaced(path: string, times: number, then: () => void): void {
  let [seen, count] = [0, 0];
  const timer = setInterval(() => {
    const inode = statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
    if (inode !== seen) count++;
    seen = inode;
    if (count < times) return;
    clearInterval(timer);
    then();
  }, 1);
}

const data = writeTinyPictures(join(folder, 'data'), 8);
const net = ['--model', 'small', '--width', '0.5', '--hidden', '32'];
const common = ['train', '--data', data, ...net, '--batch-size', '4', '--epochs', '3', '--lr', '0.02', '--json'];
const full = [...common, '--sizes', '28,24', '--pca', '--mean', 'image', '--checkpoint-every', '1'];

describe('train', () => {
  const straight = join(folder, 'straight');

  test('writes a line per epoch, a log, TensorBoard events, a report and a checkpoint', async () => {
    const { code, stdout, stderr } = await sppgpu([...full, '--out', straight]);
    expect(stderr).toMatch(/training waited for pictures \d+ %, decoders idle \d+ %/);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ epoch, size }) => [epoch, size])).toEqual([
      [1, 28],
      [2, 24],
      [3, 28],
    ]);
    for (const line of lines) {
      for (const field of ['loss', 'top1', 'top5', 'validationTop1', 'imagesPerSecond', 'deviceWaitShare'])
        expect(line[field]).toBeGreaterThanOrEqual(0);
    }
    expect(lines[2].loss).toBeLessThan(lines[0].loss);
    expect(readdirSync(straight).sort()).toEqual(['log.jsonl', 'model.safetensors', 'report.html', 'tensorboard']);
    expect(await readJsonl(join(straight, 'log.jsonl'))).toHaveLength(3);
    const [events] = readdirSync(join(straight, 'tensorboard'));
    const steps = (await readTfEvents(join(straight, 'tensorboard', events!))).map(({ step }) => step);
    expect(steps).toEqual([1, 2, 3]);
    expect(readFileSync(join(straight, 'report.html'), 'utf8')).toContain('</html>');
  });

  // Five checkpoints an epoch: the first step, the end of an epoch, the middle of one.
  test.each([1, 5, 8])('killed with SIGKILL after checkpoint %i and resumed, it ends in the same bits', (after) =>
    endsInSameBits(full, 'straight', `killed-${after}`, after),
  );

  async function eventSteps(run: string): Promise<number[]> {
    const names = readdirSync(join(run, 'tensorboard')).sort();
    const events = await Promise.all(names.map((name) => readTfEvents(join(run, 'tensorboard', name))));
    return events.flat().map(({ step }) => step);
  }

  /** Kills a run like the one in the folder `whole` once it wrote `after` checkpoints, resumes it, compares the weights. */
  async function endsInSameBits(args: readonly string[], whole: string, broken: string, after: number) {
    const out = join(folder, broken);
    const killed = await sppgpu([...args, '--out', out], {
      onStart: (kill) => whenReplaced(join(out, 'model.safetensors'), after, () => kill('SIGKILL')),
    });
    expect(killed.signal, `killed after checkpoint ${after}`).toBe('SIGKILL');
    const resumed = await sppgpu(['train', '--resume', '--out', out, '--json']);
    expect(errorLines(resumed)).toEqual([]);
    expect(resumed.code).toBe(0);
    const weights = async (run: string) => {
      const file = join(folder, `${run}.safetensors`);
      const exported = await sppgpu(['export', '--model', join(folder, run), '--out', file, '--overwrite']);
      expect(exported.code).toBe(0);
      return readFileSync(file);
    };
    expect((await weights(broken)).equals(await weights(whole)), `killed after checkpoint ${after}`).toBe(true);
    // Also of an epoch whose checkpoint was the last thing that the killed run wrote.
    expect(await eventSteps(out)).toEqual(await eventSteps(join(folder, whole)));
  }

  test('pictures of several classes: labels and mAP instead of top-1, and the same bits after a kill', async () => {
    const voc = writeTinyVoc(join(folder, 'voc'), true);
    const args = [
      'train',
      '--data',
      voc,
      ...net,
      '--batch-size',
      '6',
      '--epochs',
      '2',
      '--lr',
      '0.02',
      '--plateau',
      '1',
    ];
    const killable = [...args, '--checkpoint-every', '1', '--json'];
    const out = join(folder, 'voc-straight');
    const { code, stdout, stderr } = await sppgpu([...killable, '--out', out]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/epoch 2\/2 at 28: loss \d\.\d+, labels \d+\.\d %, validation mAP \d+\.\d %/);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual([
        ...['epoch', 'size', 'lr', 'loss', 'labelAccuracy', 'images', 'validationLoss', 'validationMap'],
        ...['seconds', 'imagesPerSecond', 'deviceWaitShare', 'loaderWaitShare'],
      ]);
      for (const share of [line.labelAccuracy, line.validationMap]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThanOrEqual(1);
      }
    }
    const [record] = (await readJsonl(join(out, 'log.jsonl'))) as Record<string, unknown>[];
    expect(record).toMatchObject({ labelAccuracy: lines[0].labelAccuracy, validationMap: lines[0].validationMap });
    const [events] = readdirSync(join(out, 'tensorboard'));
    const [first] = await readTfEvents(join(out, 'tensorboard', events!));
    expect(Object.keys(first!.scalars)).toEqual(expect.arrayContaining(['train/label_accuracy', 'validation/map']));
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Mean average precision');
    await endsInSameBits(killable, 'voc-straight', 'voc-killed', 2);
  });

  test('Ctrl-C saves, exits with 130, and --resume finishes', async () => {
    const out = join(folder, 'interrupted');
    let sent = false;
    const interrupted = await sppgpu([...common, '--out', out], {
      onStderr: (text, kill) => {
        if (!sent && /train: \d+\//.test(text)) {
          sent = true;
          kill('SIGINT');
        }
      },
    });
    expect(interrupted.code).toBe(130);
    expect(errorLines(interrupted)[0]).toMatch(/stopping after this step, then saving \(Ctrl-C again/);
    expect(errorLines(interrupted).at(-1)).toMatch(/everything is saved.*--resume/);
    const resumed = await sppgpu(['train', '--resume', '--out', out]);
    expect(resumed.code).toBe(0);
    expect(await readJsonl(join(out, 'log.jsonl'))).toHaveLength(3);
  });

  test('micro-batches and random sizes train too', async () => {
    const out = join(folder, 'random');
    const args = [...net, '--sizes', '24-28', '--micro-batch', '3', '--plateau', '2', '--batch-size', '8'];
    const rule = ['--optimizer', 'adamw', '--lr', '0.001', '--cache', '64'];
    const result = await sppgpu(['train', '--data', data, ...args, ...rule, '--epochs', '2', '--out', out, '--json']);
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/every picture kept decoded/);
    for (const line of result.stdout.trim().split('\n')) {
      const { size } = JSON.parse(line);
      expect(size).toBeGreaterThanOrEqual(24);
      expect(size).toBeLessThanOrEqual(28);
    }
  });

  test('a rate typed for a resumed run holds, also under --plateau', async () => {
    const out = join(folder, 'rate');
    const args = ['train', '--data', data, ...net, '--batch-size', '8', '--plateau', '5', '--out', out, '--json'];
    expect((await sppgpu([...args, '--epochs', '1', '--lr', '0.02'])).code).toBe(0);
    const resumed = await sppgpu(['train', '--resume', '--out', out, '--epochs', '2', '--lr', '0.001', '--json']);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ epoch: 2, lr: 0.001 });
    const kept = await sppgpu(['train', '--resume', '--out', out, '--epochs', '3', '--batch-size', '4', '--json']);
    expect(JSON.parse(kept.stdout)).toMatchObject({ epoch: 3, lr: 0.001 });
  });

  test('a resumed run goes on with the pictures it began with', async () => {
    const own = writeTinyPictures(join(folder, 'own'), 5);
    const out = join(folder, 'same-data');
    const args = ['train', '--data', own, ...net, '--batch-size', '8', '--out', out];
    expect((await sppgpu([...args, '--epochs', '1'])).code).toBe(0);
    const resume = (...more: string[]) => sppgpu(['train', '--resume', '--out', out, '--epochs', '2', ...more]);
    const refused = async (message: RegExp, ...more: string[]) => {
      const result = await resume(...more);
      expect(errorLines(result)).toHaveLength(1);
      expect(errorLines(result)[0]).toMatch(message);
      expect(result.code).toBe(1);
    };
    await refused(/model\.safetensors: was trained with --seed 1, not 2; leave --seed out/, '--seed', '2');
    renameSync(join(own, 'red', '0.png'), join(own, 'red', '9.png'));
    await refused(/was trained on as many pictures as this data has, but with other names/);
    cpSync(join(own, 'red', '9.png'), join(own, 'red', '0.png'));
    await refused(
      /was trained on 12 pictures and 3 for validation, this data has 13 pictures and 3 for validation; give the same data/,
    );
    rmSync(join(own, 'red', '9.png'));
    renameSync(own, join(folder, 'moved'));
    const moved = await resume('--data', join(folder, 'moved'));
    expect(errorLines(moved)).toEqual([]);
    expect(moved.code).toBe(0);
  });

  test('an earlier run is never overwritten', async () => {
    const result = await sppgpu([...full, '--out', straight]);
    expect(result.code).toBe(1);
    expect(errorLines(result)).toHaveLength(1);
    expect(errorLines(result)[0]).toMatch(/model\.safetensors: holds an earlier run; add --resume/);
    expect(existsSync(join(straight, 'report.html'))).toBe(true);
  });
});
