import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileError } from '../runtime/errors.js';
import { withFileErrors } from './file-errors.node.js';
import { isInPlace } from './in-place.node.js';
import { makeFolder } from './make-folder.node.js';

/** The records of a JSON Lines file. A last line cut off by a crash is left out; any other bad line throws FileError. */
export async function readJsonl(path: string): Promise<unknown[]> {
  return scanLines(path, await withFileErrors(path, () => readFile(path))).records;
}

/**
 * Append-only log, one JSON record a line. Every record is one write of a whole line, so a killed process loses at most the
 * line it was writing, and the next `open` removes such a torn line.
 */
export class JsonlLog {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /**
   * Opens or makes the log (and its folder). `keep`: when a training resumes from an earlier step, records from the first
   * one it rejects to the end are cut off, so that no step stands in the log twice. Throws FileError.
   */
  static async open(path: string, keep: (record: unknown) => boolean = () => true): Promise<JsonlLog> {
    return withFileErrors(path, async () => {
      await makeFolder(dirname(path));
      const handle = await open(path, 'a+');
      try {
        const bytes = await handle.readFile();
        const { records, ends } = scanLines(path, bytes);
        const rejected = records.findIndex((record) => !keep(record));
        const end = (rejected < 0 ? ends.at(-1) : ends[rejected - 1]) ?? 0;
        if (end < bytes.length) await handle.truncate(end);
        return new JsonlLog(path, handle);
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  /** Appends one record; resolves when the system has it. Throws FileError (disk full, ...). */
  async append(record: unknown): Promise<void> {
    await withFileErrors(this.path, () => this.handle.appendFile(`${JSON.stringify(record)}\n`));
  }

  /** Waits until everything appended is on the disk: call it with each checkpoint. */
  async flush(): Promise<void> {
    await withFileErrors(this.path, () => this.handle.datasync());
  }

  /** Whether the log still stands at its path: false once it, or a folder above it, was moved or removed. */
  inPlace(): Promise<boolean> {
    return isInPlace(this.handle, this.path);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

const NEWLINE = 0x0a;

/** Records of all complete lines and the byte after each. */
function scanLines(path: string, bytes: Uint8Array): { records: unknown[]; ends: number[] } {
  const records: unknown[] = [];
  const ends: number[] = [];
  const decoder = new TextDecoder();
  for (let start = 0, end = bytes.indexOf(NEWLINE); end >= 0; start = end + 1, end = bytes.indexOf(NEWLINE, start)) {
    try {
      records.push(JSON.parse(decoder.decode(bytes.subarray(start, end))));
    } catch {
      throw new FileError(path, `line ${records.length + 1} is not valid JSON`, 'repair or remove the file');
    }
    ends.push(end + 1);
  }
  return { records, ends };
}
