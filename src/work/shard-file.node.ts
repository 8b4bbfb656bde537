import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type FileContent, writeFileAtomic } from '../io/atomic.node.js';
import { withFileErrors } from '../io/file-errors.node.js';
import { plainFileSize } from '../io/plain-file.node.js';
import { FileError } from '../runtime/errors.js';
import { parseHead, type ShardHead } from './shard-head.js';

/*
 * A shard's file: its head, one line of JSON; lines of JSON, one value each; rows, raw bytes that the head and the lines
 * explain; at last the SHA-256 of all before it, in hexadecimal, and a line end.
 */

const HASH_BYTES = 65;
const NEWLINE = 0x0a;
/** A head names what was left out, which is a small share of the pictures. */
const MAX_HEAD_BYTES = 2 ** 26;
const WAY_OUT = 'remove it and run its shard again';

/** What a shard has found, beside its head. */
export interface ShardContent {
  readonly lines: readonly unknown[];
  readonly rows?: readonly ArrayBufferView[];
}

/** Bytes and checksum of a file. */
export interface FileSum {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a shard's file atomically. Throws FileError. */
export async function writeShard(
  path: string,
  head: Omit<ShardHead, 'bytes'>,
  { lines, rows = [] }: ShardContent,
): Promise<FileSum> {
  const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const rowBytes = rows.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const whole: ShardHead = { ...head, bytes: { lines: text.length, rows: rowBytes } };
  const parts = [
    Buffer.from(`${JSON.stringify(whole)}\n`),
    text,
    ...rows.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  const sum = hash.digest('hex');
  await writeFileAtomic(path, [...parts, Buffer.from(`${sum}\n`)]);
  return { bytes: parts.reduce((bytes, { length }) => bytes + length, HASH_BYTES), sha256: sum };
}

/** A shard's file whose checksum was right. */
export class ShardFile {
  private constructor(
    readonly path: string,
    readonly head: ShardHead,
    readonly sum: FileSum,
    private readonly headBytes: number,
  ) {}

  /** Reads a file once from end to end, in bounded memory. Throws FileError for one that is cut, changed, or something else. */
  static async open(path: string): Promise<ShardFile> {
    const size = await plainFileSize(path, 'give the files of shards, or their folder');
    return withFileErrors(path, async () => {
      const handle = await open(path, 'r');
      try {
        const line = await firstLine(handle, size, path);
        const head = parseHead(line, path);
        const headBytes = Buffer.byteLength(line) + 1;
        const expected = headBytes + head.bytes.lines + head.bytes.rows + HASH_BYTES;
        if (size !== expected) {
          const problem =
            size < expected ? `is cut: ${size} of ${expected} bytes` : `has ${size} bytes, not ${expected}`;
          throw new FileError(path, problem, WAY_OUT);
        }
        const stored = (await bytesAt(handle, size - HASH_BYTES, HASH_BYTES, path)).toString('latin1').trimEnd();
        const hash = createHash('sha256');
        const read = createReadStream(path, { end: size - HASH_BYTES - 1 });
        for await (const part of read) hash.update(part as Uint8Array);
        if (hash.digest('hex') !== stored) throw new FileError(path, 'is damaged: its checksum is wrong', WAY_OUT);
        return new ShardFile(path, head, { bytes: size, sha256: stored }, headBytes);
      } finally {
        await handle.close();
      }
    });
  }

  /** The values of its lines. Throws FileError. */
  async lines(): Promise<unknown[]> {
    const text = (await this.bytes(this.headBytes, this.head.bytes.lines)).toString('utf8');
    try {
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new FileError(this.path, 'is damaged: a line is not JSON', WAY_OUT);
    }
  }

  /** Its rows in memory, or `length` bytes of them. Throws FileError. */
  async rows(from = 0, length = this.head.bytes.rows - from): Promise<Uint8Array<ArrayBuffer>> {
    // A copy of its own: views of wide elements need its beginning to be aligned.
    return new Uint8Array(await this.bytes(this.headBytes + this.head.bytes.lines + from, length));
  }

  /** Its rows piece by piece. */
  async *rowPieces(): AsyncGenerator<Uint8Array> {
    const { lines, rows } = this.head.bytes;
    if (rows === 0) return;
    const start = this.headBytes + lines;
    for await (const piece of createReadStream(this.path, { start, end: start + rows - 1 })) yield piece as Uint8Array;
  }

  private async bytes(position: number, length: number): Promise<Buffer> {
    return withFileErrors(this.path, async () => {
      const handle = await open(this.path, 'r');
      try {
        return await bytesAt(handle, position, length, this.path);
      } finally {
        await handle.close();
      }
    });
  }
}

/** Writes a file atomically and tells what it holds. */
export async function writeSummed(path: string, content: FileContent): Promise<FileSum> {
  const hash = createHash('sha256');
  let bytes = 0;
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  await writeFileAtomic(
    path,
    (async function* () {
      for await (const piece of pieces) {
        const own = typeof piece === 'string' ? Buffer.from(piece) : piece;
        hash.update(own);
        bytes += own.length;
        yield own;
      }
    })(),
  );
  return { bytes, sha256: hash.digest('hex') };
}

async function firstLine(handle: FileHandle, size: number, path: string): Promise<string> {
  const most = Math.min(size, MAX_HEAD_BYTES);
  for (let length = Math.min(most, 2 ** 16); ; length = Math.min(most, 2 * length)) {
    const bytes = await bytesAt(handle, 0, length, path);
    const end = bytes.indexOf(NEWLINE);
    if (end >= 0) return bytes.toString('utf8', 0, end);
    if (length === most) throw new FileError(path, 'is not a shard of `--shard`: it has no head', WAY_OUT);
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number, path: string): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(length - filled, 2 ** 30), position + filled);
    if (bytesRead === 0) throw new FileError(path, 'became shorter while it was read', 'run again');
    filled += bytesRead;
  }
  return bytes;
}
