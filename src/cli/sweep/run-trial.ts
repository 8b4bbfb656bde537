import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readJsonl } from '../../io/jsonl.node.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { JobResult } from '../../work/flow.node.js';
import { failure, KEPT } from '../../work/spawn-shard.node.js';
import { type Trial, trialWords } from './trials.js';

/** What came of a trial: numbers of its last epoch, or why there are none. */
export interface TrialResult {
  readonly trial: string;
  readonly options: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly epochs?: number;
  readonly seconds?: number;
  readonly problem?: string;
  /** Metrics of the last epoch. */
  readonly [metric: string]: unknown;
}

/** The fields of a record of a training that are no metrics. */
const NO_METRICS = ['epoch', 'size', 'lr', 'examples', 'seconds', 'imagesPerSecond', 'loader'];

/**
 * Trains in a process of its own, so that a trial that dies takes nothing with it; one that was begun before goes on.
 * @throws the reason of the signal
 */
export async function runTrial(
  words: readonly string[],
  trial: Trial,
  runs: string,
  signal: AbortSignal,
): Promise<TrialResult> {
  signal.throwIfAborted();
  const folder = join(runs, trial.folder);
  const result = await trained([...trialWords(words, trial), '--resume', '--out', folder], signal);
  signal.throwIfAborted();
  const about = { trial: trial.name, options: trial.options, folder };
  return result.ok ? { ...about, ...(await lastEpoch(folder)) } : { ...about, problem: result.problem ?? 'failed' };
}

function trained(words: readonly string[], signal: AbortSignal): Promise<JobResult> {
  // A queue is for the sweep: a training that waits for its own worker would wait for ever.
  const { SPPGPU_QUEUE: _, ...env } = process.env;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [process.argv[1]!, 'train', ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => {
      stderr = (stderr + text.toString()).slice(-KEPT);
    });
    const end = (result: JobResult): void => {
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    child.on('error', ({ message }) => end({ ok: false, problem: `the process could not be started: ${message}` }));
    child.on('close', (code, killed) => end(code === 0 ? { ok: true } : failure(code, killed, stderr)));
  });
}

/** The numbers of a run from its log. Throws FileError. */
async function lastEpoch(folder: string): Promise<Omit<TrialResult, 'trial' | 'options' | 'folder'>> {
  const records = (await readJsonl(join(folder, 'log.jsonl'))) as Record<string, number>[];
  const last = records.at(-1);
  if (!last) throw new SppgpuError(`${folder}: the run has no epoch; remove it and sweep again`);
  const seconds = records.reduce((sum, record) => sum + record.seconds!, 0);
  const metrics = Object.entries(last).filter(([name]) => !NO_METRICS.includes(name));
  return { epochs: records.length, seconds: Number(seconds.toFixed(1)), ...Object.fromEntries(metrics) };
}
