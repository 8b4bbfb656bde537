import { join } from 'node:path';
import { FileError } from '../runtime/errors.js';
import { type WorkIdentity, workKey } from './identity.node.js';
import { type Range, type Shard, shardRange } from './shard.js';
import { type FileSum, type ShardContent, ShardFile, writeShard } from './shard-file.node.js';
import { SHARD_FORMAT, type ShardHead } from './shard-head.js';
import { shardFileName } from './shard-set.node.js';

/** What came of a shard. */
export interface ShardOutcome extends ShardContent {
  readonly about?: Readonly<Record<string, unknown>>;
  /** A line for each item that could not be worked on, which begins with its name. */
  readonly left: readonly string[];
  /** What the numbers were computed on; `CPU` by default. */
  readonly adapter?: string;
}

export interface ShardPlan {
  readonly identity: WorkIdentity;
  readonly shard: Shard;
  readonly folder: string;
  /** Items that belong together (see `shardRange`). */
  readonly unit?: number;
  /** Whether a shard that had to leave something out is done anew. */
  readonly redoLeft?: boolean;
}

/** One shard of a piece of work: which items it has, and the one file that it leaves. */
export class ShardTask {
  readonly range: Range;
  /** Written under a name made from the work, so that a shard that is delivered twice leaves one file. */
  readonly file: string;
  private readonly head: Pick<ShardHead, 'command' | 'key' | 'shard'>;
  private readonly unit: number;

  constructor(private readonly plan: ShardPlan) {
    const { identity, shard, folder, unit = 1 } = plan;
    this.unit = unit;
    this.range = shardRange(identity.data.items, shard, unit);
    this.head = { command: identity.command, key: workKey(identity, shard.count), shard };
    this.file = join(folder, shardFileName(this.head));
  }

  get items(): number {
    return this.range.to - this.range.from;
  }

  /** What an earlier run of the same shard has left, if it is sound; a damaged file is made anew. */
  async earlier(): Promise<FileSum | null> {
    try {
      const { sum, head } = await ShardFile.open(this.file);
      return this.plan.redoLeft && head.left.length > 0 ? null : sum;
    } catch (error) {
      if (error instanceof FileError) return null;
      throw error;
    }
  }

  /** Throws FileError. */
  async write({ lines, rows, about = {}, left, adapter = 'CPU' }: ShardOutcome): Promise<FileSum> {
    const { identity } = this.plan;
    const unit = this.unit === 1 ? {} : { unit: this.unit };
    return writeShard(
      this.file,
      {
        format: SHARD_FORMAT,
        ...identity,
        ...this.head,
        items: this.range,
        adapter,
        about: { ...about, ...unit },
        left,
      },
      { lines, ...(rows && { rows }) },
    );
  }
}
