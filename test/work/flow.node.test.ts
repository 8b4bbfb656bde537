/** Flows: each shard done, however often its worker dies; one that cannot be done fails by name and ends no other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { flowId, type JobReport, type JobResult, runFlow } from '../../src/work/flow.node.js';
import type { Shard } from '../../src/work/shard.js';
import { ShardProcesses } from '../../src/work/shard-processes.node.js';
import { spawnShard } from '../../src/work/spawn-shard.node.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-flow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

/** Runs a flow of five shards on two workers. */
async function ran(run: (shard: Shard) => Promise<JobResult>, own = signal) {
  const order: number[] = [];
  const told: JobReport[] = [];
  const reports = await runFlow(
    { id: 'f', shards: 5 },
    {
      ...{ workers: 2, attempts: 3, signal: own, onJob: (report: JobReport) => void told.push(report) },
      run: (shard) => {
        order.push(shard.index);
        return run(shard);
      },
    },
  );
  expect([...told].sort((a, b) => a.shard - b.shard)).toEqual(reports);
  return { order, reports };
}

test('every shard once, in reports in order', async () => {
  const { order, reports } = await ran(async ({ index }) => ({ ok: true, file: `${index}` }));
  expect(order.sort()).toEqual([1, 2, 3, 4, 5]);
  expect(reports.map(({ job, shard, attempts, ok, file }) => [job, shard, attempts, ok, file])).toEqual(
    [1, 2, 3, 4, 5].map((i) => [`f-${i}`, i, 1, true, `${i}`]),
  );
});

test('a shard that fails is tried again behind the others; a poison one ends with its problem, the others do not', async () => {
  let tries = 0;
  const { order, reports } = await ran(async ({ index }) => {
    if (index === 2) return { ok: false, problem: 'b.jpg: is cut' };
    return index === 1 && tries++ === 0 ? { ok: false, problem: 'killed' } : { ok: true };
  });
  expect(order.indexOf(5)).toBeLessThan(order.lastIndexOf(1));
  expect(reports.map(({ ok, attempts, problem }) => [ok, attempts, problem])).toEqual([
    [true, 2, undefined],
    [false, 3, 'b.jpg: is cut'],
    ...[3, 4, 5].map(() => [true, 1, undefined]),
  ]);
});

test('a command that is wrong is not tried again, nor with the other shards', async () => {
  const { order, reports } = await ran(async () => ({ ok: false, problem: 'unknown option', hopeless: true }));
  expect(order.length).toBeLessThanOrEqual(2);
  expect(reports.every(({ ok, attempts }) => !ok && attempts === 1)).toBe(true);
});

test('a signal ends the flow when nothing runs any more', async () => {
  const controller = new AbortController();
  const flow = ran(async () => {
    controller.abort(new Error('stopped'));
    return { ok: true };
  }, controller.signal);
  await expect(flow).rejects.toThrow('stopped');
});

test('the same words in the same folder are the same flow', () => {
  expect(flowId(['predict', 'a'], 2, '1', '/x')).toBe(flowId(['predict', 'a'], 2, '1', '/x'));
  const others = [flowId(['predict', 'b'], 2, '1', '/x'), flowId(['predict', 'a'], 3, '1', '/x')];
  expect(new Set([...others, flowId(['predict', 'a'], 2, '1', '/x')]).size).toBe(3);
});

test('processes: one that is killed is run again; what one says last on stderr is the problem', async () => {
  const program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import { existsSync, writeFileSync } from 'node:fs';
    const [how, , shard, , folder] = process.argv.slice(2);
    const mark = folder + '/' + shard.replace('/', '-');
    if (how === 'dies' && !existsSync(mark)) { writeFileSync(mark, ''); process.kill(process.pid, 'SIGKILL'); }
    if (how === 'fails') { console.error('a note\\nsppgpu: x.png: is cut; replace it'); process.exit(1); }
    if (how === 'wrong') { console.error("error: unknown option '--no'\\n(help)"); process.exit(2); }
    if (how === 'mute') process.exit(0);
    console.log(JSON.stringify({ file: shard }));`,
  );
  const spawned = (word: string) => (shard: Shard) => spawnShard({ program, words: [word], folder }, shard, signal);
  const shard = { index: 1, count: 1 };
  const run = spawned('dies');
  const problems: string[] = [];
  const onRetry = (_: Shard, problem: string) => void problems.push(problem);
  const [report] = await runFlow({ id: 'f', shards: 1 }, { workers: 1, attempts: 2, signal, run, onRetry });
  expect(report).toMatchObject({ ok: true, attempts: 2, file: '1/1' });
  expect(problems).toEqual(['its process was ended by SIGKILL']);
  expect(await spawned('fails')(shard)).toEqual({ ok: false, problem: 'x.png: is cut; replace it' });
  expect(await spawned('wrong')(shard)).toEqual({ ok: false, problem: "unknown option '--no'", hopeless: true });
  expect(await spawned('mute')(shard)).toEqual({ ok: false, problem: 'it told of no file' });
});

test('lasting processes: one does shard after shard; a dead one is replaced without a failure; other words end it', async () => {
  const program = join(folder, 'lasting.mjs');
  writeFileSync(
    program,
    `const [how, , first, , , , lasting] = process.argv.slice(2);
    if (how === 'fails') { console.error('sppgpu: x: is cut'); process.exit(1); }
    if (lasting !== '--lasting') process.exit(2);
    const done = (shard) => process.send({ file: shard + ' by ' + process.pid });
    process.on('message', ({ shard }) => (how === 'once' ? process.exit(1) : done(shard)));
    process.on('disconnect', () => process.exit());
    done(first);`,
  );
  const processes = new ShardProcesses();
  const of = async (word: string, index: number) => {
    const { file, ...rest } = await processes.run({ program, words: [word], folder }, { index, count: 9 }, signal);
    const [shard, pid] = file?.split(' by ') ?? [];
    return { ...rest, shard, pid: Number(pid) };
  };
  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const first = await of('works', 1);
  expect(first).toMatchObject({ ok: true, shard: '1/9' });
  expect(await of('works', 2)).toEqual({ ...first, shard: '2/9' });
  process.kill(first.pid, 'SIGKILL');
  const second = await of('works', 3);
  expect(second).toMatchObject({ ok: true, shard: '3/9' });
  expect(second.pid).not.toBe(first.pid);
  const once = await of('once', 4);
  // It leaves when it is asked again: a new one does the shard.
  expect(await of('once', 5)).toMatchObject({ ok: true, shard: '5/9' });
  expect((await of('once', 6)).pid).not.toBe(once.pid);
  expect(await of('fails', 1)).toMatchObject({ ok: false, problem: 'x: is cut' });
  processes.close();
  await expect.poll(() => alive(second.pid)).toBe(false);
});
