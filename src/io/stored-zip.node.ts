import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { crc32 } from './crc32.js';

const WAY_OUT = 'it is damaged, get it again';
/** More files than any network has tensors. */
const MAX_ENTRIES = 2 ** 20;
/** One read call takes less than 2 GiB. */
const MAX_READ = 2 ** 30;

/**
 * An archive whose files are stored as they are, as `torch.save` writes them; so no decompressor is needed, and none can be
 * made to explode. Files are read one by one and checked by their CRC.
 */
export class StoredZip {
  private constructor(
    private readonly handle: FileHandle,
    private readonly path: string,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /**
   * The archive in an open file, which stays the caller's; null for a file that is not one.
   * @throws FileError for one that is damaged
   */
  static async read(handle: FileHandle, path: string): Promise<StoredZip | null> {
    let zip: ZipFile;
    try {
      zip = await fromFdPromise(handle.fd, { autoClose: false, lazyEntries: true });
    } catch {
      return null;
    }
    if (zip.entryCount > MAX_ENTRIES) throw new FileError(path, `has ${zip.entryCount} parts`, WAY_OUT);
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    } catch {
      throw new FileError(path, 'its directory is not sound', WAY_OUT);
    }
    return new StoredZip(handle, path, zip, entries);
  }

  get names(): Iterable<string> {
    return this.entries.keys();
  }

  /** Bytes of a file; undefined where there is none of that name. */
  sizeOf(name: string): number | undefined {
    return this.entries.get(name)?.uncompressedSize;
  }

  /** The bytes of a file. @throws FileError if there is none, it is compressed, or not as it was written */
  async bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const entry = this.entries.get(name);
    if (!entry) throw new FileError(this.path, `has no part ${quoted(name)}`, WAY_OUT);
    if (entry.compressionMethod !== 0) {
      const problem = `${quoted(name)} is compressed, which torch.save does not do`;
      throw new FileError(this.path, problem, 'unpack and store it again');
    }
    const damaged = (how: string) => new FileError(this.path, `${quoted(name)} ${how}`, WAY_OUT);
    const place = await this.zip.readLocalFileHeaderPromise(entry, { minimal: true }).catch(() => null);
    if (!place) throw damaged('is not there');
    const { size } = await this.handle.stat();
    if (place.fileDataStart + entry.uncompressedSize > size) throw damaged('is cut off');
    const bytes = new Uint8Array(entry.uncompressedSize);
    for (let filled = 0; filled < bytes.length; ) {
      const count = Math.min(bytes.length - filled, MAX_READ);
      const { bytesRead } = await this.handle.read(bytes, filled, count, place.fileDataStart + filled);
      if (bytesRead === 0) throw damaged('is cut off');
      filled += bytesRead;
    }
    if (crc32(bytes) !== entry.crc32) throw damaged('is not as it was written');
    return bytes;
  }
}
