import { parseShard, type Shard } from '../../work/shard.js';
import type { DoneShard, NextShard } from '../../work/shard-processes.node.js';

/**
 * The shards of a process: the one that its command line names and, where it is to last, those that its parent sends, until that has
 * gone.
 */
export async function* shardsOf(first: Shard, lasting: boolean, signal: AbortSignal): AsyncGenerator<Shard> {
  yield first;
  while (lasting && process.connected) {
    const next = await nextShard(signal);
    if (!next) return;
    yield next;
  }
}

/** Tells the parent of a lasting process that a shard is done. */
export function tellParent(done: DoneShard): void {
  // A parent that has gone meanwhile is seen when the next shard is waited for.
  if (process.connected) process.send!(done, undefined, undefined, () => undefined);
}

function nextShard(signal: AbortSignal): Promise<Shard | null> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => (): void => {
      process.off('message', onMessage);
      process.off('disconnect', onGone);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onMessage = ({ shard }: NextShard): void => end(() => resolve(parseShard(shard)))();
    const onGone = end(() => resolve(null));
    const onAbort = end(() => reject(signal.reason));
    if (signal.aborted) return reject(signal.reason);
    process.on('message', onMessage);
    process.on('disconnect', onGone);
    signal.addEventListener('abort', onAbort);
  });
}
