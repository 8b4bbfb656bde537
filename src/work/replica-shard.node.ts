import { fileHash } from '../io/file-hash.node.js';
import { plainFileSize } from '../io/plain-file.node.js';
import { loadSafetensors, saveSafetensors } from '../io/safetensors.node.js';
import type { HostTensor } from '../models/model-format.js';
import { FileError } from '../runtime/errors.js';
import { sizeOf } from '../tensor/shape.js';
import { finiteTensors } from '../train/checkpoint.js';
import { averageCounts, type ReplicaCounts, weighed, weightedMean } from '../train/replicas/average.js';
import type { ReplicaState } from '../train/replicas/replica-state.js';
import type { FileSum, ShardFile } from './shard-file.node.js';
import type { ShardSet } from './shard-set.node.js';
import type { ShardOutcome } from './shard-task.node.js';

/*
 * A round of training as shards: one for each replica, whose rows are its tensors in f32. What `merge` makes of them is their
 * average, a safetensors file.
 */

const FORMAT = 'sppgpu-average-1';

type NamedShape = readonly [string, readonly number[]];

/** What a replica leaves of a round. */
export function replicaOutcome({ tensors, ...counts }: ReplicaState, adapter: string): ShardOutcome {
  const shapes = [...tensors].map(([name, { shape }]): NamedShape => [name, shape]);
  return {
    lines: [],
    rows: [...tensors.values()].map(({ data }) => data),
    about: { shapes, counts },
    // The run itself tells of pictures that could not be read.
    left: [],
    adapter,
  };
}

/** Writes the average of the replicas of a round, one tensor after the other. Throws FileError. */
export async function averageShards({ shards }: ShardSet, out: string): Promise<FileSum> {
  const all = shards.map((shard) => ({ shard, ...about(shard) }));
  const { states, weights } = weighed(all.map((one) => ({ ...one, sums: one.counts.sums })));
  const { shapes } = states[0]!;
  const odd = states.find((one) => JSON.stringify(one.shapes) !== JSON.stringify(shapes));
  if (odd) throw new FileError(odd.shard.path, 'has other tensors than the first shard', 'run its round again');
  let begin = 0;
  const tensors = shapes.map(([name, shape]) => {
    const [from, bytes] = [begin, 4 * sizeOf(shape)];
    begin += bytes;
    const data = async () => {
      const rows = [];
      for (const { shard } of states) rows.push(new Float32Array((await shard.rows(from, bytes)).buffer));
      return weightedMean(rows, weights);
    };
    return [name, { dtype: 'F32', shape, data }] as const;
  });
  const counts = averageCounts(all.map((one) => one.counts));
  await saveSafetensors(out, tensors, { format: FORMAT, counts: JSON.stringify(counts) });
  return { bytes: await plainFileSize(out, 'run again'), sha256: await fileHash(out) };
}

/** Its checksum was right, so it is what this program has written. */
function about({ head }: ShardFile): { readonly shapes: readonly NamedShape[]; readonly counts: ReplicaCounts } {
  return head.about as never;
}

/** Reads what `averageShards` wrote. Throws FileError. */
export async function readAverage(path: string): Promise<ReplicaState> {
  const { tensors, metadata } = await loadSafetensors(path);
  if (metadata.format !== FORMAT || metadata.counts === undefined) {
    throw new FileError(path, 'is not the average of a round', 'remove it and go on with --resume');
  }
  const host: Map<string, HostTensor> = finiteTensors(tensors, path);
  return { ...(JSON.parse(metadata.counts) as ReplicaCounts), tensors: host };
}
