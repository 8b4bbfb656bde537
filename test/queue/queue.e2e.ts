/** Flows in a queue on a server: nothing is lost or doubled when workers die, are of another version, or a shard cannot be done. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { Link } from '../../bench/machines/link.js';
import { loadCheckpoint } from '../../src/train/checkpoint.node.js';
import type { JobReport, JobResult } from '../../src/work/flow.node.js';
import { FlowQueue, type QueuedFlow } from '../../src/work/flow-queue.node.js';
import { parseQueueUrl } from '../../src/work/queue-url.js';
import type { Shard } from '../../src/work/shard.js';
import { errorLines, jsonLines, sppgpu } from '../cli/run.js';
import { tinyPicture, writeTinyPictures } from '../cli/tiny-pictures.js';

const url = process.env.SPPGPU_TEST_QUEUE;
if (url === undefined) throw new Error('SPPGPU_TEST_QUEUE is not set; run test/queue/with-postgres.sh');
const address = parseQueueUrl(url);
const folder = mkdtempSync(join(tmpdir(), 'sppgpu-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flow = (version: string, attempts = 2): Omit<QueuedFlow, 'id'> => ({
  ...{ version, words: ['predict', 'x'], shards: 3, cwd: folder, folder: 'shards', out: 'out', attempts },
});

/** Works in this process until no job is left. */
async function drained(version: string, shard: (own: Shard, of: QueuedFlow) => Promise<JobResult>) {
  const queue = await FlowQueue.open(address);
  const reports: JobReport[] = [];
  const merged: (readonly string[])[] = [];
  const work = queue.work({
    ...{ version, workers: 2, lockSeconds: 5, drain: true, signal: new AbortController().signal },
    shard: (of, own) => shard(own, of),
    merge: async (_, files) => void merged.push(files),
    onJob: (report) => void reports.push(report),
    onNote: () => undefined,
  });
  await work.finally(() => queue.close());
  return { merged, reports: reports.sort((a, b) => a.shard - b.shard) };
}

async function submitted(version: string): Promise<QueuedFlow> {
  const queue = await FlowQueue.open(address);
  const own = await queue.submit(flow(version), 'key');
  await queue.close();
  return own;
}

test('every shard once, then the merge of all files; a shard that fails is tried again', async () => {
  const { id } = await submitted('a');
  let failures = 0;
  const { merged, reports } = await drained('a', async ({ index }) =>
    index === 2 && failures++ === 0 ? { ok: false, problem: 'killed' } : { ok: true, file: `${index}.shard` },
  );
  expect([...merged[0]!].sort()).toEqual(['1.shard', '2.shard', '3.shard']);
  expect(reports.map(({ job, shard, attempts, ok }) => [job, shard, attempts, ok])).toEqual([
    [id, 0, 1, true],
    [`${id}-1`, 1, 1, true],
    [`${id}-2`, 2, 2, true],
    [`${id}-3`, 3, 1, true],
  ]);
});

test('a poison shard fails by name, the others are done, and nothing is merged', async () => {
  await submitted('b');
  const { merged, reports } = await drained('b', async ({ index }) =>
    index === 1 ? { ok: false, problem: 'x.jpg: is cut' } : { ok: true, file: `${index}` },
  );
  expect(merged).toEqual([]);
  const shards = reports.filter(({ shard }) => shard > 0);
  expect(shards.map(({ ok, problem }) => [ok, problem])).toEqual([
    [false, 'x.jpg: is cut'],
    [true, undefined],
    [true, undefined],
  ]);
});

test('a worker of another version leaves the jobs for those of their own', async () => {
  const { id } = await submitted('old');
  const work = drained('new', async () => ({ ok: true }));
  await expect(work).rejects.toThrow('jobs of sppgpu old are waiting, this is new; work with the same version');
  const { merged, reports } = await drained('old', async ({ index }) => ({ ok: true, file: `${index}` }));
  expect(merged).toHaveLength(1);
  expect(reports.map(({ job, ok }) => [job.startsWith(id), ok])).toEqual(Array(4).fill([true, true]));
});

test('a server that is gone, or refuses, is one line without a secret', async () => {
  const lines = async (bad: string) => {
    const result = await sppgpu(['work', '--drain'], { env: { SPPGPU_QUEUE: bad } });
    expect(result.code).toBe(1);
    expect(result.stderr).not.toMatch(/horse|battery|wrong-word/);
    return errorLines(result);
  };
  const shown = String.raw`^sppgpu: queue ${address.kind}://127\.0\.0\.1:`;
  expect(await lines(url.replace('horse-battery', 'wrong-word'))).toEqual([
    expect.stringMatching(new RegExp(`${shown}.*(?:password authentication|WRONGPASS).*; check the address`)),
  ]);
  expect(await lines(url.replace(/:\d+(?=\/|$)/, ':1'))).toEqual([
    expect.stringMatching(new RegExp(`${shown}1.*ECONNREFUSED.*; check the address`)),
  ]);
});

test('a link that is cut for longer than the lock: the job is delivered again, both do it, and it counts once', async () => {
  const link = new Link();
  const port = await link.to(Number(new URL(url).port));
  const far = parseQueueUrl(url.replace(/:\d+(?=\/)/, `:${port}`));
  await submitted('cut');
  const done: string[] = [];
  const merged: (readonly string[])[] = [];
  let begun: () => void = () => undefined;
  const cut = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const ending = new AbortController();
  const working = async (name: string, at: typeof address, shard: () => Promise<void>) => {
    const queue = await FlowQueue.open(at);
    const work = queue.work({
      ...{ version: 'cut', workers: 1, lockSeconds: 1, drain: false, signal: ending.signal },
      shard: async (_, { index }) => {
        done.push(`${name} ${index}`);
        await shard();
        return { ok: true, file: `${index}` };
      },
      merge: async (_, files) => {
        merged.push([...files].sort());
        ending.abort(new Error('all is done'));
      },
      onJob: () => undefined,
      onNote: () => undefined,
    });
    await expect(work).rejects.toThrow('all is done');
    await queue.close();
  };
  let first = true;
  const far1 = working('far', far, async () => {
    if (!first) return;
    first = false;
    link.cut();
    begun();
    // Until the other one has been given the same job.
    await expect.poll(() => done, { timeout: 30_000 }).toContain(done[0]!.replace('far', 'near'));
    link.heal();
  });
  await cut;
  const near = working('near', address, () => setTimeout(200));
  await Promise.all([far1, near]);
  link.close();
  expect(merged).toEqual([['1', '2', '3']]);
  expect(done).toContain(done[0]!.replace('far', 'near'));
});

test('commands: a worker is killed within a shard, another does its job, and the merged file is that of one run', async () => {
  const album = join(folder, 'album');
  mkdirSync(album);
  for (let i = 0; i < 6; i++) writeFileSync(join(album, `${i}.png`), tinyPicture(i % 3, i));
  const command = ['propose', album, '--method', 'selective-search'];
  const env = { SPPGPU_QUEUE: url };
  const out = join(folder, 'windows.jsonl');
  const flags = ['--shards', '3', '--shard-folder', join(folder, 'shards'), '--out', out, '--json'];
  const flowLine = await sppgpu(['submit', ...command, ...flags], { env });
  expect(errorLines(flowLine)).toEqual([]);
  const { id, jobs } = JSON.parse(flowLine.stdout) as { readonly id: string; readonly jobs: number };
  expect(jobs).toBe(4);
  // Killed as soon as it has begun: its process of the shard goes on alone, and so the shard is done twice.
  const work = ['work', '--drain', '--lock', '2', '--json'];
  const killed = await sppgpu(work, {
    env,
    onStderr: (text, kill) => void (text.includes('work: 1 at once') && setTimeout(600).then(() => kill('SIGKILL'))),
  });
  expect(killed.signal).toBe('SIGKILL');
  const result = await sppgpu(work, { env });
  expect(errorLines(result)).toEqual([]);
  expect(result.code).toBe(0);
  const lines = [...jsonLines(killed.stdout), ...jsonLines(result.stdout)] as JobReport[];
  expect(lines.map(({ job }) => job).sort()).toEqual([id, `${id}-1`, `${id}-2`, `${id}-3`]);
  expect(lines.every(({ ok }) => ok)).toBe(true);
  expect(lines.filter(({ attempts }) => attempts === 2)).toHaveLength(1);
  expect(readdirSync(join(folder, 'shards'))).toHaveLength(3);
  const whole = await sppgpu([...command, '--json', '--untimed']);
  expect(readFileSync(out, 'utf8')).toBe(whole.stdout);
});

test('training: rounds over the queue, a worker killed in between, end in the bits of processes on one machine', async () => {
  const data = writeTinyPictures(join(folder, 'pictures'), 8);
  const net = ['--model', 'small', '--width', '0.25', '--hidden', '16', '--dropout', '0.5'];
  const command = ['train', '--data', data, ...net, '--batch-size', '6', '--epochs', '1', '--val-share', '0.2'];
  const rounds = [...command, '--replicas', '2', '--local-steps', '1'];
  const [here, over] = [join(folder, 'here'), join(folder, 'over')];
  const alone = await sppgpu([...rounds, '--processes', '2', '--out', here]);
  expect(errorLines(alone)).toEqual([]);
  const env = { SPPGPU_QUEUE: url };
  let end: (signal: NodeJS.Signals) => void = () => undefined;
  const workers = [
    sppgpu(['work', '--lock', '2'], {
      env,
      // As soon as it has done one part of a round.
      onStderr: (text, kill) => void (text.includes(': done in') && kill('SIGKILL')),
    }),
    sppgpu(['work', '--lock', '2'], {
      env,
      onStart: (kill) => {
        end = kill;
      },
    }),
  ];
  const led = await sppgpu([...rounds, '--out', over], { env });
  end('SIGTERM');
  const ended = await Promise.all(workers);
  expect(errorLines(led)).toEqual([]);
  expect(led.code).toBe(0);
  expect(ended[0]!.signal).toBe('SIGKILL');
  const tensors = async (run: string) => [...(await loadCheckpoint(join(run, 'model.safetensors'))).tensors];
  expect(await tensors(over)).toEqual(await tensors(here));
  expect(readdirSync(over)).not.toContain('rounds');
  for (const file of readdirSync(over, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toContain('horse-battery');
  }
});
