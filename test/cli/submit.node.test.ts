/** `sppgpu submit`: a command's work in processes, merged; what failed is named, and what is done is not done again. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, jsonLines, sppgpu } from './run.js';
import { tinyPicture } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-submit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const album = join(folder, 'album');
mkdirSync(album);
for (let i = 0; i < 3; i++) writeFileSync(join(album, `${i}.png`), tinyPicture(i, i));

test('propose in two shards gives the lines of one run; wrong options fail once', async () => {
  const command = ['propose', album, '--method', 'sliding-windows', '--max-boxes', '9'];
  const flags = ['--shards', '2', '--processes', '2', '--shard-folder', join(folder, 'shards'), '--json'];
  const out = join(folder, 'windows.jsonl');
  const result = await sppgpu(['submit', ...command, ...flags, '--out', out]);
  expect(errorLines(result)).toEqual([]);
  expect(result.code).toBe(0);
  const [flow, ...lines] = jsonLines(result.stdout) as Record<string, unknown>[];
  expect(flow).toEqual({ id: expect.stringMatching(/^[0-9a-f]{12}$/u), jobs: 3 });
  const jobs = lines.slice(0, 2).sort((a, b) => Number(a.shard) - Number(b.shard));
  expect(jobs).toEqual(
    [1, 2].map((shard) => ({ job: `${flow!.id}-${shard}`, shard, seconds: expect.any(Number), attempts: 1, ok: true })),
  );
  const whole = await inProcess([...command, '--json', '--untimed']);
  expect(readFileSync(out, 'utf8')).toBe(whole.stdout);
  expect(lines[2]).toEqual({ shards: 2, items: 3, bytes: whole.stdout.length, sha256: expect.any(String) });
  expect(readdirSync(join(folder, 'shards'))).toHaveLength(2);
  // What its processes are told by `--workers` is the command's.
  const threads = await sppgpu(['submit', ...command, '--workers', 'none', ...flags, '--out', join(folder, 'threads')]);
  expectRefusal(threads, /submit: .* of 2 shards failed, the first .*--workers.*'none'/);
  const wrong = await sppgpu(['submit', ...command, '--no-such', ...flags, '--out', join(folder, 'wrong')]);
  expectRefusal(wrong, /submit: .* of 2 shards failed, the first unknown option '--no-such'/);
});

test('commands that have no shards, and files that would be written over', async () => {
  const own = await inProcess(['submit', 'train', '--shards', '2', '--out', join(folder, 'x')]);
  expect(own.error?.message).toMatch(/submit: train spreads its own work; give `sppgpu train --replicas N`/);
  const none = await inProcess(['submit', 'svm', '--shards', '2', '--out', join(folder, 'x')]);
  expect(none.error).toMatchObject({ name: 'UsageError' });
  expect(none.error?.message).toMatch(
    /submit: svm has no shards; choose from features, predict, propose, eval, detect test, detect train, sweep$/,
  );
  writeFileSync(join(folder, 'there'), 'work');
  const there = await inProcess(['submit', 'propose', album, '--shards', '2', '--out', join(folder, 'there')]);
  expect(there.error?.message).toMatch(/there: is there already; add --overwrite/);
});
