/**
 * Times the same cases in several libraries on the same adapter, in turns: `node bench/run.mjs bench/compare.ts --help`.
 * JSON lines (one per case) on stdout, the table and everything for people on stderr. The rules are in README.md.
 */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { CASES, type Case } from '../src/bench/cases.js';
import { summarise } from '../src/bench/harness.js';
import { inputsOf } from '../src/bench/inputs.js';
import { aboutPoint, POOLING_POINTS, type PoolingLine } from '../src/bench/pooling.js';
import { type Expectations, expectationsOf, mismatch } from '../src/bench/truth/index.js';
import { announceSwiftShader, bundleRunners } from './bundle.js';
import { type Answer, ON_CPU, Remote, RUNNERS } from './remote.js';
import { type Column, type Line, type Rejected, type Result, ratio, summary, table } from './report.js';

const HELP = `usage: node bench/run.mjs bench/compare.ts [options] > results.jsonl

  --runners LIST   comma-separated, the first is the base of the ratios: ${Object.keys(RUNNERS).join(', ')}
                   (default: sppgpu,tfjs,jax; ort is ONNX Runtime Web on WebGPU; tfjs-wasm, jax-wasm and
                   torch, which is PyTorch, compute on the CPU, for orientation)
  --cases REGEX    only cases whose name matches, e.g. 'conv|matmul_1024'
  --sweep pooling  the points of "sppgpu bench pooling" instead of the cases, and lines for its --with
  --lines          a line for each case and library on stdout, in the place of one per case
  --budget S       seconds of timing per case and library (default 6)
  --rounds N       turns per case (default 3)
  --adapter NAME   part of an adapter's name, where there are several
  --swiftshader    the software adapter from npm, whatever the system offers
  --verbose        show what the libraries print
  --list           print the cases and end`;

/** A library that has started. */
interface Started extends Column {
  readonly remote: Remote;
  readonly adapter: string;
}

/** The way that a library takes, made ready; or why there is none. */
type Choice = { ok: true; way: string; coldMs: number; rejected: readonly Rejected[] } | { ok: false; error: string };

const say = (text: string) => process.stderr.write(`${text}\n`);

function readOptions() {
  const { values } = parseArgs({
    options: {
      runners: { type: 'string', default: 'sppgpu,tfjs,jax' },
      cases: { type: 'string', default: '.' },
      sweep: { type: 'string' },
      lines: { type: 'boolean', default: false },
      budget: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
      adapter: { type: 'string' },
      swiftshader: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const positive = (name: 'budget' | 'rounds') => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} must be a positive number, not "${values[name]}"`);
    return value;
  };
  const pattern = new RegExp(values.cases);
  if (values.sweep !== undefined && values.sweep !== 'pooling')
    throw new Error(`no sweep "${values.sweep}"; there is pooling`);
  const all = values.sweep ? POOLING_POINTS.map(({ benchCase }) => benchCase) : CASES;
  const runners = values.runners.split(',');
  const unknown = runners.find((name) => !Object.hasOwn(RUNNERS, name));
  if (unknown !== undefined) throw new Error(`no runner "${unknown}"; there are ${Object.keys(RUNNERS).join(', ')}`);
  return {
    ...values,
    runners,
    benchCases: all.filter(({ name }) => pattern.test(name)),
    budgetMs: 1000 * positive('budget'),
    rounds: Math.ceil(positive('rounds')),
  };
}

/** SwiftShader instead of the system's adapters, for all processes. */
async function useSwiftShader() {
  delete process.env.VK_DRIVER_FILES;
  delete process.env.VK_ICD_FILENAMES;
  const problem = await announceSwiftShader();
  if (problem) throw new Error(problem);
  const folder = dirname(process.env.VK_DRIVER_FILES!); // holds a libvulkan.so.1 for machines without one
  process.env.LD_LIBRARY_PATH = [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':');
}

/** The processes of the libraries. Whatever happens, they end with this one: a running child would keep it alive. */
const remotes: Remote[] = [];
const stopAll = () => {
  for (const remote of remotes) remote.stop();
};
process.on('exit', stopAll);
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
  process.on(signal, () => process.exit(code));

/** Starts the libraries; one that cannot start is said and left out. All must have found the same adapter. */
async function startAll({ runners, adapter, verbose }: ReturnType<typeof readOptions>): Promise<Started[]> {
  const started: Started[] = [];
  for (const name of runners) {
    const remote = new Remote(name, { adapter, verbose });
    remotes.push(remote);
    try {
      const { library, adapter: found } = await remote.start();
      started.push({ name, remote, library, adapter: found });
    } catch (error) {
      say(`${name} is left out: ${messageOf(error)}`);
      remote.stop();
    }
  }
  const adapters = new Set(started.filter(({ name }) => !ON_CPU.has(name)).map((runner) => runner.adapter));
  if (adapters.size > 1) throw new Error(`the libraries found different adapters: ${[...adapters].join(' | ')}`);
  return started;
}

const messageOf = (error: unknown): string => (error as Error).message;

/** What is wrong with a way's answer, or null. */
function judge(expected: Expectations, { values, problems = [] }: Answer): string | null {
  const wrong = Object.entries(expected)
    .map(([name, expectation]) => mismatch(name, expectation, values[name]))
    .filter(Boolean);
  if (wrong.length === 0) return null;
  return [...problems.slice(0, 1), ...wrong].join('; ');
}

/** Makes the fastest correct way of computing a case ready; `rejected` says why the others were not taken. */
async function chooseWay(
  { remote }: Started,
  benchCase: Case,
  expected: Expectations,
  positions: Record<string, number[]>,
): Promise<Choice> {
  const rejected: Rejected[] = [];
  let best: { way: string; ms: number; coldMs: number } | null = null;
  let ready: string | null = null;
  const verify = async (way: string, giveUpMs?: number) => {
    ready = null;
    const answer = await remote.ask({ command: 'verify', way, positions, giveUpMs });
    if (!answer.skipped && !answer.slower) ready = way;
    return answer;
  };
  const { ways } = await remote.ask({ command: 'prepare', case: benchCase });
  for (const way of ways) {
    try {
      // A way whose first run takes this much longer than the best one's later runs is not worth its check.
      const answer = await verify(way, best ? 2000 + 5 * best.ms : undefined);
      if (answer.skipped) continue;
      const problem = answer.slower ? `slower: ${answer.coldMs.toFixed(0)} ms at first` : judge(expected, answer);
      if (problem) {
        rejected.push({ way, problem });
        continue;
      }
      const times = ways.length > 1 ? (await remote.ask({ command: 'time', samples: 1, budgetMs: 0 })).ms : [0];
      const ms = times[0]!;
      if (best) rejected.push({ way: best.ms < ms ? way : best.way, problem: 'slower' });
      if (!best || ms < best.ms) best = { way, ms, coldMs: answer.coldMs };
    } catch (error) {
      rejected.push({ way, problem: messageOf(error) });
      await remote.ask({ command: 'prepare', case: benchCase });
    }
  }
  if (!best) return { ok: false, error: rejected.map(({ problem }) => problem).join(' || ') || 'no way to compute it' };
  if (ready !== best.way) await verify(best.way);
  return { ok: true, way: best.way, coldMs: best.coldMs, rejected };
}

async function runCase(
  runners: readonly Started[],
  benchCase: Case,
  { budgetMs, rounds }: { budgetMs: number; rounds: number },
): Promise<Record<string, Result>> {
  const expected = expectationsOf(benchCase, inputsOf(benchCase));
  const positions = Object.fromEntries(Object.entries(expected).map(([name, e]) => [name, Array.from(e.indices)]));
  const choices: Record<string, Choice> = {};
  for (const runner of runners)
    choices[runner.name] = await chooseWay(runner, benchCase, expected, positions).catch((error: unknown) => ({
      ok: false,
      error: messageOf(error),
    }));

  const times = new Map(runners.map(({ name }) => [name, { ms: [] as number[], inner: 0, spentMs: 0 }]));
  for (let round = 0; round < rounds; round++)
    for (const { name, remote } of runners) {
      const time = times.get(name)!;
      if (!choices[name]!.ok || time.spentMs >= budgetMs) continue;
      const start = performance.now();
      try {
        const { ms, inner } = await remote.ask({ command: 'time', samples: 5, budgetMs: budgetMs / rounds });
        time.ms.push(...ms);
        time.inner = inner;
      } catch (error) {
        choices[name] = { ok: false, error: messageOf(error) };
      }
      time.spentMs += performance.now() - start;
    }
  const results: Record<string, Result> = {};
  for (const { name, remote } of runners) {
    await remote.ask({ command: 'finish' }).catch(() => {}); // a dead process has nothing left to free
    const choice = choices[name]!;
    const { ms, inner } = times.get(name)!;
    results[name] = choice.ok ? { ...choice, ...summarise(benchCase, ms), inner } : choice;
  }
  return results;
}

/** A case of the sweep as lines that `sppgpu bench pooling --with` shows beside its own. */
function sweepLines({ case: name, results, adapter }: Line, runners: readonly Started[]): PoolingLine[] {
  const about = aboutPoint(POOLING_POINTS.find(({ benchCase }) => benchCase.name === name)!);
  return runners.map((runner) => {
    const result = results[runner.name]!;
    const at = { ...about, peer: runner.library, adapter: ON_CPU.has(runner.name) ? runner.adapter : adapter };
    if (result.ok) return { ...at, ok: true, ms: result.ms, spread: result.spread, gbps: result.gbps };
    const none = Number.NaN;
    return { ...at, ok: false, ms: none, spread: [none, none], gbps: none, problem: result.error };
  });
}

/** A case as lines of `sppgpu bench --peers --json`, one for each library; `ratio` is its time over that of the first. */
function peerLines({ case: name, family, results, ratios, adapter }: Line, runners: readonly Started[]) {
  return runners.map((runner, i) => {
    const about = {
      family,
      case: name,
      peer: runner.library,
      adapter: ON_CPU.has(runner.name) ? runner.adapter : adapter,
    };
    const result = results[runner.name]!;
    if (!result.ok) return { ...about, ok: false, ratio: null, problem: result.error };
    const { way, ms, spread, gflops, gbps } = result;
    return { ...about, ok: true, way, ms, spread, gflops, gbps, ratio: i === 0 ? 1 : ratios[runner.name] };
  });
}

async function main() {
  const options = readOptions();
  if (options.help) return say(HELP);
  if (options.benchCases.length === 0) throw new Error('no case matches --cases; see --list');
  if (options.list) return say(options.benchCases.map(({ name, family }) => `${name} (${family})`).join('\n'));
  await bundleRunners();
  if (options.swiftshader) await useSwiftShader();
  const runners = await startAll(options);
  if (runners.length === 0) throw new Error('no library could be started (npm ci --prefix bench/peers installs them)');
  const { adapter } = runners.find(({ name }) => !ON_CPU.has(name)) ?? runners[0]!;
  say(`adapter: ${adapter}\n`);
  const lines: Line[] = [];
  for (const benchCase of options.benchCases) {
    const results = await runCase(runners, benchCase, options);
    const base = results[runners[0]!.name];
    const ratios = Object.fromEntries(runners.slice(1).map(({ name }) => [name, ratio(base, results[name])]));
    const { name, family, flops, bytes } = benchCase;
    const line = { family, case: name, adapter, flops, bytes, results, ratios };
    lines.push(line);
    const records = options.sweep ? sweepLines(line, runners) : options.lines ? peerLines(line, runners) : [line];
    for (const record of records) process.stdout.write(`${JSON.stringify(record)}\n`);
    say(table([line], runners).split('\n')[1]!);
  }
  say(`\n${table(lines, runners)}\n`);
  for (const text of summary(lines, runners)) say(text);
}

// Nobody reads the results any more, or the disk is full.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  stopAll();
  if (error.code !== 'EPIPE') say(`bench: stdout: ${error.message}`);
  process.exit(error.code === 'EPIPE' ? 141 : 1);
});
process.stderr.on('error', () => {});

main()
  .catch((error: unknown) => {
    say(`bench: ${messageOf(error)}`);
    process.exitCode = 1;
  })
  .finally(stopAll);
