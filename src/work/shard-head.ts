import { FileError } from '../runtime/errors.js';
import type { WorkIdentity } from './identity.node.js';
import type { Range, Shard } from './shard.js';

/** The first line of a shard's file. */
export interface ShardHead extends WorkIdentity {
  readonly format: typeof SHARD_FORMAT;
  readonly key: string;
  readonly shard: Shard;
  /** Places of the list that it has worked on. */
  readonly items: Range;
  /** What its numbers were computed on. */
  readonly adapter: string;
  /** What the shard knows beside its lines and rows, such as the length of a vector. */
  readonly about: Readonly<Record<string, unknown>>;
  /** A line for each item that could not be worked on, which begins with its name. */
  readonly left: readonly string[];
  /** Bytes of the parts that follow. */
  readonly bytes: { readonly lines: number; readonly rows: number };
}

export const SHARD_FORMAT = 'sppgpu-shard-1';

const WAY_OUT = 'remove it and run its shard again';

/** Checks the first line of a file. Its checksum says that it is as it was written, this that it says what is needed. Throws FileError. */
export function parseHead(text: string, path: string): ShardHead {
  const fail = (problem: string): FileError => new FileError(path, problem, WAY_OUT);
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch {
    throw fail('is not a shard of `--shard`: its first line is not JSON');
  }
  if (!isRecord(head) || head.format !== SHARD_FORMAT) throw fail('is not a shard of this version of `--shard`');
  const { shard, items, data, bytes, models, left } = head;
  const sound =
    ['version', 'command', 'key', 'adapter'].every((name) => typeof head[name] === 'string') &&
    ['options', 'about'].every((name) => isRecord(head[name])) &&
    counts(shard, ['index', 'count']) &&
    counts(items, ['from', 'to']) &&
    counts(bytes, ['lines', 'rows']) &&
    counts(data, ['items']) &&
    Array.isArray(models) &&
    Array.isArray(left) &&
    left.every((line) => typeof line === 'string');
  if (!sound) throw fail('is a damaged shard: its head is not complete');
  return head as unknown as ShardHead;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function counts(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => Number.isSafeInteger(value[name]) && (value[name] as number) >= 0);
}
