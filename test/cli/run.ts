import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { ensureBuilt } from '../setup/build.js';
import { root } from '../tooling/repository.js';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called once the process runs; may send it a signal, at any time. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with everything on stderr so far; may send a signal. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Called with everything on stdout so far. */
  readonly onStdout?: (text: string, streams: { leave(): void }) => void;
  /** Streams whose reader is gone from the start. */
  readonly unread?: readonly ('stdout' | 'stderr')[];
  /** Open files in the place of pipes. */
  readonly files?: { readonly stdout?: number; readonly stderr?: number };
}

/** Commands that work without a device, and so take no `--device`. */
const WITHOUT_DEVICE = [
  'convert',
  'export',
  'models',
  'ops',
  'detect score',
  'bench collect',
  'merge',
  'submit',
  'sweep',
  'work',
];

/** Arguments with `--device`, where the tests have an adapter of their own and the command takes one. */
export function onAdapter(args: readonly string[]): readonly string[] {
  const adapter = process.env.SPPGPU_TEST_ADAPTER;
  const takesDevice =
    args.length > 0 &&
    !args[0]!.startsWith('-') &&
    !WITHOUT_DEVICE.some((name) => args.slice(0, 2).join(' ').startsWith(name));
  if (!adapter || !takesDevice || args.includes('--device')) return args;
  // Before the first option: behind the last it could be taken for its value.
  const options = args.findIndex((arg) => arg.startsWith('-'));
  const place = options === -1 ? args.length : options;
  return [...args.slice(0, place), '--device', adapter, ...args.slice(place)];
}

/** Runs the built command line (`node dist/cli.js`), as a user would. */
export async function sppgpu(
  args: readonly string[],
  { env = {}, cwd, onStart, onStderr, onStdout, unread = [], files = {} }: RunOptions = {},
): Promise<Finished> {
  await ensureBuilt();
  const child = spawn(process.execPath, [`${root}dist/cli.js`, ...onAdapter(args)], {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', files.stdout ?? 'pipe', files.stderr ?? 'pipe'],
  });
  onStart?.((signal) => child.kill(signal));
  let stdout = '';
  let stderr = '';
  for (const name of unread) child[name]?.destroy();
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    onStdout?.(stdout, { leave: () => child.stdout?.destroy() });
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    onStderr?.(stderr, (signal) => child.kill(signal));
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** What `--json` printed, one value per line. */
export function jsonLines(stdout: string): unknown[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Our lines on stderr, without what drivers print there and without the notice that a software adapter is in use. */
export function errorLines({ stderr }: Finished): string[] {
  return stderr.split('\n').filter((line) => line.startsWith('sppgpu: ') && !line.includes('running on the CPU with'));
}

/** Expects one line for the user that matches, no stack and this exit code: 1 for what failed, 2 for wrong usage. */
export function expectRefusal(result: Finished, message: RegExp, code: 1 | 2 = 1): void {
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(errorLines(result)).toHaveLength(1);
  expect(errorLines(result)[0]).toMatch(message);
  expect(errorLines(result)[0]).not.toContain('internal error');
  expect(result.code).toBe(code);
}
