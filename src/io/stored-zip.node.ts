import type { FileHandle } from 'node:fs/promises';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { crc32 } from './crc32.js';

/** A file in an archive, as its directory says. */
interface Entry {
  readonly size: number;
  readonly crc: number;
  /** Where its own header stands. */
  readonly header: number;
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const FILE_HEADER = 0x04034b50;
const WAY_OUT = 'it is damaged, get it again';
/** The end of the directory with the longest comment. */
const LONGEST_END = 65_557;
/** A directory beyond this is not one of weights. */
const MAX_DIRECTORY_BYTES = 64 * 2 ** 20;

/**
 * An archive whose files are stored as they are, as `torch.save` writes them; so no decompressor is needed, and none can be
 * made to explode. Files are read one by one and checked by their CRC.
 */
export class StoredZip {
  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly fileBytes: number,
    readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** The archive in an open file; null for a file that is none. @throws FileError for one that is damaged or compressed */
  static async read(handle: FileHandle, path: string): Promise<StoredZip | null> {
    const { size } = await handle.stat();
    const tail = await bytesAt(handle, path, Math.max(0, size - LONGEST_END), Math.min(size, LONGEST_END));
    const view = viewOf(tail);
    let end = tail.length - 22;
    while (end >= 0 && view.getUint32(end, true) !== DIRECTORY_END) end--;
    if (end < 0) return null;
    let [bytes, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
    if (end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64) {
      const wide = viewOf(await bytesAt(handle, path, Number(view.getBigUint64(end - 12, true)), 56));
      if (wide.getUint32(0, true) !== DIRECTORY_END_64)
        throw new FileError(path, 'its directory is not sound', WAY_OUT);
      [bytes, start] = [Number(wide.getBigUint64(40, true)), Number(wide.getBigUint64(48, true))];
    }
    if (bytes > MAX_DIRECTORY_BYTES) throw new FileError(path, `its directory has ${bytes} bytes`, WAY_OUT);
    return new StoredZip(handle, path, size, directory(await bytesAt(handle, path, start, bytes), path));
  }

  /** The bytes of a file. @throws FileError if there is none, or it is not as it was written */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.entries.get(name);
    if (!entry) throw new FileError(this.path, `has no part ${quoted(name)}`, WAY_OUT);
    const own = viewOf(await bytesAt(this.handle, this.path, entry.header, 30));
    if (own.getUint32(0, true) !== FILE_HEADER) throw new FileError(this.path, `${quoted(name)} is not there`, WAY_OUT);
    const start = entry.header + 30 + own.getUint16(26, true) + own.getUint16(28, true);
    if (start + entry.size > this.fileBytes) throw new FileError(this.path, `${quoted(name)} is cut off`, WAY_OUT);
    const data = await bytesAt(this.handle, this.path, start, entry.size);
    if (crc32(data) !== entry.crc) throw new FileError(this.path, `${quoted(name)} is not as it was written`, WAY_OUT);
    return data;
  }
}

function directory(bytes: Uint8Array, path: string): Map<string, Entry> {
  const view = viewOf(bytes);
  const entries = new Map<string, Entry>();
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === DIRECTORY_ENTRY; ) {
    const [method, nameBytes, extraBytes, commentBytes] = [10, 28, 30, 32].map((field) =>
      view.getUint16(at + field, true),
    );
    const next = at + 46 + nameBytes! + extraBytes! + commentBytes!;
    if (next > bytes.length) break;
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes!));
    if (method !== 0) {
      throw new FileError(
        path,
        `${quoted(name)} is compressed, which torch.save does not do`,
        'unpack and store it again',
      );
    }
    const fields = { size: view.getUint32(at + 24, true), header: view.getUint32(at + 42, true) };
    widen(fields, bytes.subarray(at + 46 + nameBytes!, at + 46 + nameBytes! + extraBytes!));
    entries.set(name, { ...fields, crc: view.getUint32(at + 16, true) });
    at = next;
  }
  return entries;
}

/** Sizes beyond 4 GiB stand in a field of their own: the size, the packed size, the place, each only if it is that large. */
function widen(fields: { size: number; header: number }, extra: Uint8Array): void {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let place = at + 4;
    const large = () => {
      place += 8;
      return place <= extra.length ? Number(view.getBigUint64(place - 8, true)) : Number.MAX_SAFE_INTEGER;
    };
    if (fields.size === 0xffffffff) {
      fields.size = large();
      place += 8;
    }
    if (fields.header === 0xffffffff) fields.header = large();
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One read call takes less than 2 GiB. */
const MAX_READ = 2 ** 30;

async function bytesAt(
  handle: FileHandle,
  path: string,
  start: number,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await handle.stat();
  if (!(start >= 0 && count >= 0 && start + count <= size)) throw new FileError(path, 'is cut off', WAY_OUT);
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count; ) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(count - filled, MAX_READ), start + filled);
    if (bytesRead === 0) throw new FileError(path, 'became shorter while it was read', 'run again');
    filled += bytesRead;
  }
  return bytes;
}
