import { spawn } from 'node:child_process';
import type { JobResult } from './flow.node.js';
import { type Shard, shardText } from './shard.js';

/** How a shard's process is started. */
export interface ShardCommand {
  /** The program's file, for Node. */
  readonly program: string;
  /** The command and its options. */
  readonly words: readonly string[];
  /** Where the files of shards go. */
  readonly folder: string;
  /** Where relative paths begin; by default where this process is. */
  readonly cwd?: string;
}

/** Exit code of wrong usage: no other attempt can help. */
const USAGE = 2;
/** Characters of stderr that are kept: its last lines say what went wrong. */
export const KEPT = 20_000;

/** What a shard's process is started with, after the program. */
export function shardWords({ words, folder }: Pick<ShardCommand, 'words' | 'folder'>, shard: Shard): string[] {
  return [...words, '--shard', shardText(shard), '--shard-folder', folder, '--json'];
}

/** What is known of a process that has ended without a result. */
export function failure(code: number | null, killed: NodeJS.Signals | null, stderr: string): JobResult {
  if (killed) return { ok: false, problem: `its process was ended by ${killed}` };
  const problem = problemIn(stderr) ?? `exit code ${code}`;
  return { ok: false, problem, ...(code === USAGE && { hopeless: true }) };
}

/** Runs one shard in a process of its own, so that whatever happens to it (no memory, a crash of a driver) is its own affair. */
export function spawnShard(
  { program, words, folder, cwd }: ShardCommand,
  shard: Shard,
  signal: AbortSignal,
): Promise<JobResult> {
  const args = [program, ...shardWords({ words, folder }, shard)];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => {
      stderr = (stderr + text.toString()).slice(-KEPT);
    });
    const end = (result: JobResult): void => {
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    child.on('error', ({ message }) => end({ ok: false, problem: `the process could not be started: ${message}` }));
    child.on('close', (code, killed) => {
      end(code === 0 ? outcome(stdout) : failure(code, killed, stderr));
    });
  });
}

/** The file that a shard tells of in its line of JSON. */
function outcome(stdout: string): JobResult {
  try {
    const { file } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { readonly file?: unknown };
    if (typeof file === 'string') return { ok: true, file };
  } catch {
    // Said below.
  }
  return { ok: false, problem: 'it told of no file' };
}

/** The line for people that says what went wrong: ours, or that of the parser of options. */
function problemIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => /^(?:sppgpu|error): /u.test(line));
  return lines.at(-1)?.replace(/^(?:sppgpu|error): /u, '');
}
