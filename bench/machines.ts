/**
 * Many machines, on one: PostgreSQL in a network namespace of its own and two workers in two others. Pictures are searched for windows in
 * shards; a worker is killed with all its processes in the middle of one, the link of the other is cut for longer than its lock, so that what it
 * does is delivered twice; each time the merged file must be, byte for byte, that of one run. Then the time of one and of two
 * workers. Wants a build, PostgreSQL, and root; without namespaces proxies that pass nothing on stand for the cut link.
 * `node bench/run.mjs bench/machines.ts [SECONDS_OF_LOCK [PICTURES [proxies]]]`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { startPostgres } from './machines/postgres.js';
import { namespaces, proxies, type Sites } from './machines/sites.js';

const [lock = 3, pictures = 16] = process.argv.slice(2).map(Number);
const SHARDS = pictures / 2;
/** Parts in which a job must have come back. */
const DISTURBED = ['killed within a shard', 'link cut for longer than the lock'];
const PATIENCE_MS = 400_000;
const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sppgpu-machines-'));
const command = ['propose', join(folder, 'album'), '--method', 'selective-search', '--max-boxes', '500'];

interface Job {
  readonly job: string;
  readonly shard: number;
  readonly attempts: number;
  readonly ok: boolean;
}

/** A command that runs, and what it has said. */
class Running {
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(site: readonly string[], words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [first, ...rest] = [...site, process.execPath, program, ...words] as [string, ...string[]];
    // A group of its own, so that its children die with it as those of a machine do.
    this.child = spawn(first, rest, { detached: true, env: { ...process.env, ...env } });
    this.child.stdout!.on('data', (text: Buffer) => {
      this.stdout += text.toString();
    });
    this.child.stderr!.on('data', (text: Buffer) => {
      this.stderr += text.toString();
    });
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }

  kill(signal: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.child.pid!, signal);
  }

  get jobs(): Job[] {
    return this.stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Job]));
  }

  /** Waits until it has a process at work, which is a shard. */
  atWork(): Promise<void> {
    const { pid } = this.child;
    return until(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== '');
  }

  /** Waits until it has said something. */
  said(text: string): Promise<void> {
    return until(() => this.stderr.includes(text));
  }
}

const { sites, kind } = places();
const postgres = startPostgres(sites);
const running = new Set<Running>();
try {
  makeAlbum();
  const whole = new Running([], [...command, '--json', '--untimed']);
  await whole.ended;
  const expected = Buffer.from(whole.stdout);
  say({ part: 'one run', places: kind, pictures, bytes: expected.length });

  await part(DISTURBED[0]!, expected, async ([first, second]) => {
    await first!.said(': done in');
    await first!.atWork();
    await sleep(300);
    first!.kill('SIGKILL');
    await over([second!]);
  });
  await part(DISTURBED[1]!, expected, async ([first, second]) => {
    await first!.said(': done in');
    await first!.atWork();
    sites.cut(1);
    await sleep(3000 * lock);
    sites.heal(1);
    await over([first!, second!]);
  });
  const seconds: number[] = [];
  for (const workers of [1, 2]) {
    const took = await part(`${workers} at work`, expected, (all) => over(all), workers);
    seconds.push(took);
  }
  say({ part: 'efficiency of two workers', share: Number((seconds[0]! / seconds[1]! / 2).toFixed(2)) });
} finally {
  for (const one of running) one.kill('SIGKILL');
  postgres.stop();
  sites.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Puts the work into the queue, has workers do it while `play` plays, and compares what is merged. @returns seconds */
async function part(
  name: string,
  expected: Buffer,
  play: (workers: readonly Running[]) => Promise<void>,
  count = 2,
): Promise<number> {
  const own = join(folder, name.replaceAll(' ', '-'));
  const out = join(own, 'windows.jsonl');
  const flags = ['--shards', `${SHARDS}`, '--shard-folder', join(own, 'shards'), '--out', out, '--json'];
  const submit = new Running(sites.worker(1), ['submit', ...command, ...flags], await environment(1));
  if ((await submit.ended) !== 0) throw new Error(`submit: ${submit.stderr}`);
  const begun = performance.now();
  const workers: Running[] = [];
  for (let i = 1; i <= count; i++) {
    const worker = new Running(sites.worker(i), ['work', '--lock', `${lock}`, '--json'], await environment(i));
    workers.push(worker);
    running.add(worker);
  }
  await play(workers);
  const seconds = (performance.now() - begun) / 1000;
  const equal = readFileSync(out).equals(expected);
  for (const worker of workers) worker.kill('SIGTERM');
  await Promise.all(workers.map(({ ended }) => ended));
  const jobs = workers.map((worker) => worker.jobs);
  const again = jobs.flat().filter(({ attempts }) => attempts > 1).length;
  const files = readdirSync(join(own, 'shards')).length;
  say({ part: name, equal, seconds: Number(seconds.toFixed(1)), jobs: jobs.map(({ length }) => length), again, files });
  const lost = DISTURBED.includes(name) && again === 0;
  if (!equal || lost || files !== SHARDS || jobs.flat().some(({ ok }) => !ok)) {
    throw new Error(`${name}: ${workers.map(({ stderr }) => stderr).join('\n')}`);
  }
  return seconds;
}

/** Waits until workers have told of the merge. */
function over(workers: readonly Running[]): Promise<void> {
  return until(() => workers.some(({ jobs }) => jobs.some(({ shard }) => shard === 0)));
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end)
      throw new Error(`nothing more happens: ${[...running].map(({ stderr }) => stderr).join('\n')}`);
    await sleep(50);
  }
}

async function environment(index: number): Promise<Record<string, string>> {
  const { host, port } = await sites.address(index, postgres.port);
  return { SPPGPU_QUEUE: `postgres://sppgpu:${postgres.password}@${host}:${port}/postgres` };
}

function places(): { readonly sites: Sites; readonly kind: string } {
  try {
    if (process.argv[4] === 'proxies') throw new Error('as asked for');
    return { sites: namespaces(2), kind: 'three network namespaces' };
  } catch (error) {
    const [line] = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message)
      .trim()
      .split('\n');
    console.error(`no network namespaces here (${line}): proxies stand for the links`);
    return { sites: proxies(2), kind: 'one network, a proxy for each link' };
  }
}

/** Pictures of coloured blocks and noise, the same every time. */
function makeAlbum(): void {
  mkdirSync(join(folder, 'album'));
  let state = 1;
  const noise = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 28;
  };
  for (let n = 0; n < pictures; n++) {
    const png = new PNG({ width: 240, height: 180 });
    for (let i = 0; i < 240 * 180; i++) {
      const block = ((i % 240) >> 5) * 7 + (Math.floor(i / 240 / 30) + n) * 13;
      for (const c of [0, 1, 2]) png.data[4 * i + c] = ((block * (c + 3) * 29) % 240) + noise();
      png.data[4 * i + 3] = 255;
    }
    writeFileSync(join(folder, 'album', `${String(n).padStart(3, '0')}.png`), PNG.sync.write(png));
  }
}

function say(line: object): void {
  console.log(JSON.stringify(line));
}
