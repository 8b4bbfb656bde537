import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { withFileErrors } from '../../io/file-errors.node.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { ReplicaState } from '../../train/replicas/replica-state.js';
import type { ReplicaRounds } from '../../train/session-settings.js';
import type { StepSpan } from '../../train/trainer-options.js';
import { flowId, runFlow } from '../../work/flow.node.js';
import { FlowQueue } from '../../work/flow-queue.node.js';
import { averageShards, readAverage } from '../../work/replica-shard.node.js';
import { shardText } from '../../work/shard.js';
import { ShardProcesses } from '../../work/shard-processes.node.js';
import { openShards } from '../../work/shard-set.node.js';
import { say } from '../output.js';
import { hasQueue, queueOf } from '../sharding/queue-option.js';
import { version } from '../version.js';
import type { TrainOptions } from './options.js';

/** Times that a replica's part of a round is tried. */
const ATTEMPTS = 3;

/** The rounds of a run with replicas, trained by processes of this machine or by those that work for a queue. */
export class TrainingRounds implements ReplicaRounds {
  readonly steps: number;
  /** Where the files of a round lie until the next one is done. */
  private readonly folder: string;
  private readonly words: readonly string[];
  /** Of the last round: it is in the checkpoint when the next one begins. */
  private obsolete: string[] = [];
  private readonly processes = new ShardProcesses();

  private constructor(
    private readonly options: TrainOptions,
    private readonly replicas: number,
    checkpoint: string,
    private readonly queue: FlowQueue | null,
  ) {
    this.steps = options.localSteps;
    const out = dirname(resolve(checkpoint));
    this.folder = join(out, 'rounds');
    this.words = ['train', '--resume', '--out', out];
  }

  /** Null for a run without replicas. @throws SppgpuError for a queue that does not answer */
  static async open(options: TrainOptions, checkpoint: string): Promise<TrainingRounds | null> {
    const { replicas, processes } = options;
    if (replicas === undefined) return null;
    const queued = processes === undefined && hasQueue(options);
    const queue = queued ? await FlowQueue.open(queueOf('train', options)) : null;
    return new TrainingRounds(options, replicas, checkpoint, queue);
  }

  readonly run = async (span: StepSpan, signal: AbortSignal): Promise<ReplicaState> => {
    const gone = this.obsolete;
    const out = join(this.folder, `average-${span.epoch + 1}-${span.from}.safetensors`);
    const files = this.queue ? await this.overQueue(this.queue, out, signal) : await this.here(span, out, signal);
    const average = await readAverage(out);
    this.obsolete = [...files, out];
    for (const file of gone) await rm(file, { force: true });
    return average;
  };

  /** Removes what the rounds have left; the run is done. Throws FileError. */
  async clear(): Promise<void> {
    await withFileErrors(this.folder, () => rm(this.folder, { recursive: true, force: true }));
  }

  /** Ends the processes, and leaves the queue. */
  async close(): Promise<void> {
    this.processes.close();
    await this.queue?.close();
  }

  private async here({ epoch, from }: StepSpan, out: string, signal: AbortSignal): Promise<readonly string[]> {
    const { device, tuningTable, workers, cache, processes } = this.options;
    const own = { '--device': device, '--tuning-table': tuningTable, '--workers': workers, '--cache': cache };
    const flags = Object.entries(own).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
    const command = { program: process.argv[1]!, words: [...this.words, ...flags], folder: this.folder };
    const atOnce = processes ?? Math.max(1, Math.floor(availableParallelism() / 2));
    const flow = { id: `${epoch + 1}-${from}`, shards: this.replicas };
    const reports = await runFlow(flow, {
      ...{ workers: atOnce, attempts: ATTEMPTS, signal },
      run: (shard, stopping) => this.processes.run(command, shard, stopping),
      onRetry: (shard, problem) => say(`replica ${shardText(shard)} is tried again: ${problem}`),
    });
    const failed = reports.find(({ ok }) => !ok);
    if (failed) throw this.failure(`replica ${failed.shard}/${this.replicas}: ${failed.problem}`);
    const files = reports.map(({ file }) => file!);
    await averageShards(await openShards(files), out);
    return files;
  }

  private async overQueue(queue: FlowQueue, out: string, signal: AbortSignal): Promise<readonly string[]> {
    const { words, replicas: shards, folder } = this;
    const cwd = process.cwd();
    const flow = { version, words, shards, cwd, folder, out, attempts: ATTEMPTS };
    const { files, problem } = await queue.ended(await queue.submit(flow, flowId(words, shards, version, cwd)), signal);
    if (problem !== undefined) throw this.failure(problem);
    return files;
  }

  private failure(problem: string): SppgpuError {
    return new SppgpuError(`train: a round failed, ${problem}; the run stands before it, and --resume goes on`);
  }
}
