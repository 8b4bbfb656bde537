/** A round as shards: merged, it is the average that the replicas give in memory; what does not belong together is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeShards } from '../../src/cli/sharding/merge-shards.js';
import { version } from '../../src/cli/version.js';
import { averageReplicas } from '../../src/train/replicas/average.js';
import type { ReplicaState } from '../../src/train/replicas/replica-state.js';
import { averageShards, readAverage, replicaOutcome } from '../../src/work/replica-shard.node.js';
import { openShards } from '../../src/work/shard-set.node.js';
import { ShardTask } from '../../src/work/shard-task.node.js';
import { tempFolder } from '../io/temp-folder.js';

const state = (value: number, examples: number): ReplicaState => ({
  tensors: new Map([
    ['model.w', { shape: [3], data: Float32Array.of(value, value / 3, 1e-30) }],
    ['optimizer.0.momentum', { shape: [1, 2], data: Float32Array.of(-value, 0.7) }],
  ]),
  ...{ numbers: { steps: value, lr: 0.1 }, offset: 4, sums: { examples, loss: value, top1: 1 } },
  unreadable: value === 5 ? [['b.jpg', 'is cut']] : [],
});

async function written(
  folder: string,
  states: readonly ReplicaState[],
  { models = ['f00'], by = version } = {},
): Promise<string[]> {
  const files: string[] = [];
  const data = { items: states.length, sha256: 'd' };
  const identity = { version: by, command: 'train', options: { epoch: 0, from: 0, to: 2 }, models, data };
  for (const [i, one] of states.entries()) {
    const task = new ShardTask({ identity, shard: { index: i + 1, count: states.length }, folder });
    await task.write(replicaOutcome(one, 'x'));
    files.push(task.file);
  }
  return files;
}

test('merged shards are the average, in whatever order their files are named', async () => {
  const folder = tempFolder();
  const empty: ReplicaState = { ...state(0, 0), tensors: new Map() };
  for (const states of [[state(1, 6)], [state(1, 6), state(5, 4)], [state(1, 6), empty, state(5, 4)], [empty, empty]]) {
    const out = join(folder, 'average');
    const files = await written(join(folder, `${states.length}-${states[0]!.sums.examples}`), states);
    const { summary } = await mergeShards(await openShards(files.reverse()), out);
    expect(summary).toMatchObject({ shards: states.length, items: states.length });
    expect(await readAverage(out)).toEqual(averageReplicas(states));
  }
});

test('replicas of other tensors, of another checkpoint, and files that are no average', async () => {
  const folder = tempFolder();
  const other = { ...state(2, 2), tensors: new Map([['model.w', { shape: [1], data: Float32Array.of(1) }]]) };
  const files = await written(join(folder, 'a'), [state(1, 6), other]);
  const out = join(folder, 'average');
  await expect(averageShards(await openShards(files), out)).rejects.toThrow('has other tensors than the first shard');
  const [, foreign] = await written(join(folder, 'b'), [state(1, 6), state(1, 6)], { models: ['f01'] });
  await expect(openShards([files[0]!, foreign!])).rejects.toThrow('is a shard of another model than');
  writeFileSync(out, 'x');
  await expect(readAverage(out)).rejects.toThrow(out);
});

test('shards of another version of the program', async () => {
  const files = await written(tempFolder(), [state(1, 6)], { by: '9.9.9' });
  await expect(openShards(files).then((set) => mergeShards(set, 'never'))).rejects.toThrow(
    `merge: the shards are of sppgpu 9.9.9, this is ${version}; merge with the same version`,
  );
});
