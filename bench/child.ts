/**
 * One library in its own process: `node peers/dist/child.js RUNNER_MODULE` (bundled by `bundle.ts`), commands in and answers out as JSON lines.
 *
 *   {command: 'setup', adapter?}                -> {library, adapter, software}
 *   {command: 'prepare', case}                  -> {ways: [name, ...]}
 *   {command: 'verify', way, positions, giveUpMs?}
 *       -> {coldMs, values, problems}, values at the asked positions of each output;
 *          {skipped} where the way does not fit the case; {slower, coldMs} where its first run exceeds giveUpMs
 *   {command: 'time', samples, budgetMs}        -> {ms: [...], inner}
 *   {command: 'finish'}                         -> {}
 *
 * A failure answers {error}. The same lines are spoken by peers/torch_cpu.py.
 */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Case } from '../src/bench/cases.js';
import { calibrate, type Inputs, type Instance, type Runner, timeCold, timeSamples } from '../src/bench/harness.js';
import { inputsOf } from '../src/bench/inputs.js';

// Data on stdout: whatever a library prints goes to stderr.
const answer = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
console.log = console.info = console.debug = console.error;

const runner = (await import(pathToFileURL(process.argv[2]!).href)) as Runner;
let current: { benchCase: Case; inputs: Inputs; ways: Runner['kinds'][string] } | null = null;
let instance: Instance | null = null;
let inner = 0;

function drop() {
  instance?.dispose();
  instance = null;
  inner = 0;
}

interface Message {
  readonly command: string;
  readonly adapter?: string;
  readonly case: Case;
  readonly way: string;
  readonly positions: Record<string, number[]>;
  readonly giveUpMs?: number;
  readonly samples: number;
  readonly budgetMs: number;
}

const COMMANDS: Readonly<Record<string, (message: Message) => object | Promise<object>>> = {
  async setup({ adapter }) {
    return { library: runner.library, ...(await runner.setup(adapter === undefined ? {} : { adapter })) };
  },

  prepare({ case: benchCase }) {
    const ways = runner.kinds[benchCase.kind];
    if (!ways) throw new Error(`no ${benchCase.kind} in ${runner.library}`);
    current = { benchCase, inputs: inputsOf(benchCase), ways };
    return { ways: Object.keys(ways) };
  },

  async verify({ way, positions, giveUpMs = Number.POSITIVE_INFINITY }) {
    drop();
    runner.problems?.();
    instance = await current!.ways[way]!(current!.benchCase, current!.inputs);
    if (!instance) return { skipped: true }; // this way does not fit this case
    const coldMs = await timeCold(instance);
    if (coldMs > giveUpMs) return { slower: true, coldMs };
    const outputs = await instance.outputs();
    const values: Record<string, number[] | undefined> = {};
    for (const [name, indices] of Object.entries(positions))
      values[name] = outputs[name] && indices.map((index) => outputs[name]![index]!);
    return { coldMs, values, problems: runner.problems?.() ?? [] };
  },

  async time({ samples, budgetMs }) {
    inner ||= await calibrate(instance!);
    return { ms: await timeSamples(instance!, { inner, samples, budgetMs }), inner };
  },

  finish() {
    drop();
    current = null;
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as Message;
  try {
    answer(await COMMANDS[message.command]!(message));
  } catch (error) {
    answer({ error: String((error as Error)?.message ?? error).split('\n')[0] });
  }
}
process.exit(0); // Dawn's polling may keep the event loop alive
