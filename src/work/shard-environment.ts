import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import type { Shard } from './shard.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A shard that nobody typed, and who says so. */
export interface FoundShard {
  readonly shard: Shard;
  /** `task 3 of the Slurm array 123`. */
  readonly source: string;
}

/** The number of shards, for schedulers that do not tell a process how many others there are. */
const COUNT_VARIABLE = 'SPPGPU_SHARDS';

/**
 * The shard that a scheduler gives this process: the task of a Slurm array, or the pod of an indexed job of Kubernetes.
 * `SPPGPU_SHARDS` says how many there are; a Slurm array that is a whole range says it itself. Null outside of both.
 * @throws SppgpuError for an environment that leaves open which shard it is
 */
export function shardFromEnvironment(env: Environment): FoundShard | null {
  if (env.SLURM_ARRAY_TASK_ID !== undefined) return fromSlurm(env);
  if (env.JOB_COMPLETION_INDEX !== undefined) return fromKubernetes(env);
  return null;
}

const WAY_OUT = 'give --shard i/n, or --shard off to work on everything';

function fromSlurm(env: Environment): FoundShard {
  const id = whole(env, 'SLURM_ARRAY_TASK_ID');
  const source = `task ${id} of the Slurm array ${env.SLURM_ARRAY_JOB_ID ?? '?'}`;
  if (env[COUNT_VARIABLE] !== undefined) return { shard: within(id, env, source), source };
  const [first, last, count] = ['MIN', 'MAX', 'COUNT'].map((name) => whole(env, `SLURM_ARRAY_TASK_${name}`));
  const step = env.SLURM_ARRAY_TASK_STEP === undefined ? 1 : whole(env, 'SLURM_ARRAY_TASK_STEP');
  const place = (id - first!) / step;
  // An array such as 3,5 (what failed of another) has gaps, and so does not say how many shards there are.
  if ((last! - first!) / step + 1 !== count || !Number.isInteger(place) || place < 0 || place >= count) {
    throw new SppgpuError(
      `${source}: tasks ${first} to ${last} are ${count} and no whole range; set ${COUNT_VARIABLE} to the number of shards, or ${WAY_OUT}`,
    );
  }
  return { shard: { index: place + 1, count }, source };
}

function fromKubernetes(env: Environment): FoundShard | null {
  const index = whole(env, 'JOB_COMPLETION_INDEX');
  const source = `index ${index} of the Kubernetes job`;
  if (env[COUNT_VARIABLE] === undefined) {
    throw new SppgpuError(`${source}: nothing says how many there are; set ${COUNT_VARIABLE}, or ${WAY_OUT}`);
  }
  return { shard: within(index + 1, env, source), source };
}

function within(index: number, env: Environment, source: string): Shard {
  const count = whole(env, COUNT_VARIABLE);
  if (index >= 1 && index <= count) return { index, count };
  throw new SppgpuError(`${source}: is not one of the ${count} shards of ${COUNT_VARIABLE}; make both agree`);
}

function whole(env: Environment, name: string): number {
  const text = env[name] ?? '';
  if (!/^\d{1,9}$/u.test(text)) {
    throw new SppgpuError(`${name}: ${quoted(text)} is not a whole number; ${WAY_OUT}`);
  }
  return Number(text);
}
