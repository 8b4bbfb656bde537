import { type ChildProcess, spawn } from 'node:child_process';
import type { JobResult } from './flow.node.js';
import { type Shard, shardText } from './shard.js';
import { failure, KEPT, type ShardCommand, shardWords } from './spawn-shard.node.js';

/** The word by which a process is asked to wait for further shards, which it then gets from its parent. */
const LASTING = '--lasting';

/** To such a process: the next shard, as it is typed. */
export interface NextShard {
  readonly shard: string;
}

/** From it: the file of the shard that it has done. */
export interface DoneShard {
  readonly file: string;
}

/**
 * Processes that do one shard after the other of the same command: device, kernels and data are opened once, which counts where
 * shards are short and many (rounds of training).
 */
export class ShardProcesses {
  private readonly idle = new Map<string, LastingProcess[]>();

  /** Does a shard in a process that waits, or in a new one. */
  async run(command: ShardCommand, shard: Shard, signal: AbortSignal): Promise<JobResult> {
    const key = JSON.stringify([command.words, command.folder, command.cwd]);
    const waiting = this.idle.get(key)?.pop();
    for (const other of this.idle.keys()) if (other !== key) this.end(other);
    const result = await waiting?.shard(shard, signal);
    if (waiting && result?.ok) return this.keep(key, waiting, result);
    if (result && signal.aborted) return result;
    // One that was there before may be of an earlier beginning of the same run, or ill: a new one says how it is.
    const fresh = new LastingProcess(command);
    const own = await fresh.shard(shard, signal);
    return own.ok ? this.keep(key, fresh, own) : own;
  }

  /** Ends the processes that wait. */
  close(): void {
    for (const key of this.idle.keys()) this.end(key);
  }

  private keep(key: string, process: LastingProcess, result: JobResult): JobResult {
    this.idle.set(key, [...(this.idle.get(key) ?? []), process]);
    return result;
  }

  private end(key: string): void {
    for (const process of this.idle.get(key) ?? []) process.end();
    this.idle.delete(key);
  }
}

class LastingProcess {
  private child: ChildProcess | null = null;
  private stderr = '';
  /** Set once the process is gone. */
  private gone: JobResult | null = null;
  private settle: (result: JobResult) => void = () => undefined;

  constructor(private readonly command: ShardCommand) {}

  shard(shard: Shard, signal: AbortSignal): Promise<JobResult> {
    if (this.gone) return Promise.resolve(this.gone);
    const stop = (): void => void this.child?.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    return new Promise<JobResult>((resolve) => {
      this.settle = resolve;
      // A process that dies meanwhile closes, which settles.
      if (this.child) this.child.send({ shard: shardText(shard) } satisfies NextShard, () => undefined);
      else this.child = this.start(shard);
    }).finally(() => signal.removeEventListener('abort', stop));
  }

  /** The process ends by itself when nobody can send it anything more. */
  end(): void {
    if (this.child?.connected) this.child.disconnect();
  }

  private start(shard: Shard): ChildProcess {
    const { program, cwd } = this.command;
    const child = spawn(process.execPath, [program, ...shardWords(this.command, shard), LASTING], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...(cwd !== undefined && { cwd }),
    });
    child.stderr!.on('data', (text: Buffer) => {
      this.stderr = (this.stderr + text.toString()).slice(-KEPT);
    });
    child.on('message', ({ file }: DoneShard) => this.settle({ ok: true, file }));
    const end = (result: JobResult): void => {
      this.gone ??= result;
      this.settle(this.gone);
    };
    child.on('error', ({ message }) => end({ ok: false, problem: `the process could not be started: ${message}` }));
    child.on('close', (code, killed) => end(failure(code, killed, this.stderr)));
    return child;
  }
}
