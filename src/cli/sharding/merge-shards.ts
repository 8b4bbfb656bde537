import { SppgpuError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import type { ShardSet } from '../../work/shard-set.node.js';
import { say } from '../output.js';
import { version } from '../version.js';
import { MERGERS } from './mergers.js';

/** What `merge` tells machines. */
export interface MergeSummary {
  readonly shards: number;
  /** Items of the work, those left out too. */
  readonly items: number;
  /** Of what was written. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Lines of what was left out that are told; the rest is counted. */
const TOLD = 20;

export interface Merged {
  readonly summary: MergeSummary;
  /** Set where the command itself would have failed in the end, for what was left out: the line that says so. */
  readonly problem?: string;
}

/**
 * Writes what the command would have written without shards, and tells what was left out.
 * @throws SppgpuError for shards of an unknown command or of another version, and where more was left out than the command allows
 */
export async function mergeShards(set: ShardSet, out: string): Promise<Merged> {
  const { head, shards, adapters } = set;
  const merger = Object.hasOwn(MERGERS, head.command) ? MERGERS[head.command] : undefined;
  if (!merger) throw new SppgpuError(`merge: shards of ${quoted(head.command)} are unknown to sppgpu ${version}`);
  if (head.version !== version) {
    throw new SppgpuError(
      `merge: the shards are of sppgpu ${head.version}, this is ${version}; merge with the same version`,
    );
  }
  const left = shards.flatMap((shard) => shard.head.left);
  const { items } = head.data;
  const allowed = Number(head.options.maxUnreadable);
  for (const line of left.slice(0, TOLD)) say(`left out: ${line}`);
  if (left.length > TOLD) say(`and ${left.length - TOLD} more were left out`);
  if (merger.forgives && left.length / items > allowed) {
    throw new SppgpuError(
      `merge: ${left.length} of ${items} pictures were unreadable, more than the share of ${allowed} that was allowed; repair or remove them, or allow more`,
    );
  }
  if (adapters.length > 1)
    say(`computed on ${adapters.join(' and ')}: the last bits may differ from those of one of them`);
  const sum = await merger.merge(set, out);
  say(`${head.command}: ${shards.length} shards, ${items} items: ${out}`);
  const summary = { shards: shards.length, items, ...sum };
  if (left.length === 0 || merger.forgives) return { summary };
  return { summary, problem: `${left.length} of ${items} were left out; see the lines above` };
}
