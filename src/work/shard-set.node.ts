import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { FileError } from '../runtime/errors.js';
import { shardRange, shardText } from './shard.js';
import { ShardFile } from './shard-file.node.js';
import type { ShardHead } from './shard-head.js';

const SHARD_ENDING = '.shard';

/** The name of a shard's file: made from what the work is, so that one that is done twice is written over with the same bytes. */
export function shardFileName({ command, key, shard }: Pick<ShardHead, 'command' | 'key' | 'shard'>): string {
  return `${command.replaceAll(' ', '-')}-${key}-${shard.index}-of-${shard.count}${SHARD_ENDING}`;
}

/** All shards of one piece of work, in order. */
export interface ShardSet {
  /** Of the first; what makes the work is the same in all. */
  readonly head: ShardHead;
  readonly shards: readonly [ShardFile, ...ShardFile[]];
  /** What they were computed on, each once. */
  readonly adapters: readonly string[];
}

/** The files of shards that paths name: files as they are, and of folders what ends in `.shard`. Throws FileError. */
export async function shardFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const stats = await withFileErrors(path, () => stat(path));
    if (!stats.isDirectory()) {
      files.push(path);
      continue;
    }
    const names = await withFileErrors(path, () => readdir(path));
    const found = names.filter((name) => name.endsWith(SHARD_ENDING) && !name.startsWith('.')).sort();
    if (found.length === 0) throw new FileError(path, 'has no shards', 'give the folder of `--shard-folder`');
    files.push(...found.map((name) => join(path, name)));
  }
  return files;
}

/**
 * Opens files and checks that they are all the shards of one piece of work, each once.
 * @throws FileError, one line, for the first thing that is wrong
 */
export async function openShards(files: readonly string[]): Promise<ShardSet> {
  const byIndex = new Map<number, ShardFile>();
  let first: ShardFile | undefined;
  for (const file of files) {
    const shard = await ShardFile.open(file);
    first ??= shard;
    checkSame(first, shard);
    const { index } = shard.head.shard;
    const twin = byIndex.get(index);
    if (twin) {
      const problem = `is shard ${shardText(shard.head.shard)}, as ${basename(twin.path)} is`;
      throw new FileError(file, problem, 'give each shard once');
    }
    byIndex.set(index, shard);
  }
  if (!first) throw new FileError('merge', 'no shards', 'give their files or folder');
  const { count } = first.head.shard;
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !byIndex.has(index));
  if (missing.length > 0) {
    const some = missing.slice(0, 8).join(', ');
    const list = missing.length > 8 ? `${some} and ${missing.length - 8} more` : some;
    const problem = `of its ${count} shards ${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing: ${list}`;
    throw new FileError(first.path, problem, 'run them, and merge then');
  }
  const shards = Array.from({ length: count }, (_, i) => byIndex.get(i + 1)!) as [ShardFile, ...ShardFile[]];
  // A shard without items was computed on nothing.
  const worked = shards.filter(({ head: { items } }) => items.to > items.from);
  return { head: shards[0].head, shards, adapters: [...new Set(worked.map(({ head }) => head.adapter))] };
}

/** What makes a piece of work, in the words of an error. */
const PARTS = [
  ['format', 'format'],
  ['version', 'version of sppgpu'],
  ['command', 'command'],
  ['models', 'model'],
  ['data', 'data set'],
  ['options', 'set of options'],
  ['key', 'number of shards'],
] as const;

function checkSame(first: ShardFile, other: ShardFile): void {
  const [a, b] = [first.head, other.head];
  // The key is made from all the others and the number of shards.
  const odd = PARTS.find(([part]) => JSON.stringify(a[part]) !== JSON.stringify(b[part]))?.[1];
  if (odd !== undefined) {
    throw new FileError(
      other.path,
      `is a shard of another ${odd} than ${basename(first.path)}`,
      `merge the shards of one work, such as ${basename(first.path).replace(/\d+-of-/u, '*-of-')}`,
    );
  }
  const { items, shard, data } = b;
  const unit = typeof b.about.unit === 'number' ? b.about.unit : 1;
  const { from, to } = shardRange(data.items, shard, unit);
  if (shard.index < 1 || shard.index > shard.count || items.from !== from || items.to !== to) {
    throw new FileError(other.path, 'is damaged: its items are not those of its shard', 'run its shard again');
  }
}
