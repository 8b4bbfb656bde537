import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileErrors } from './file-errors.node.js';
import { isInPlace } from './in-place.node.js';
import { makeFolder } from './make-folder.node.js';
import { type ScalarEvent, scalarRecord, scanRecords, versionRecord } from './tfevents.js';

const PREFIX = 'events.out.tfevents.';
const SUFFIX = '.sppgpu';

/** The scalar events of one file, up to the first torn record. Throws FileError. */
export async function readTfEvents(path: string): Promise<ScalarEvent[]> {
  const bytes = await withFileErrors(path, () => readFile(path));
  return [...scanRecords(bytes)].map(({ event }) => event).filter((event) => Object.keys(event.scalars).length > 0);
}

/** Writes scalars that TensorBoard shows (`tensorboard --logdir FOLDER`). */
export class TfEventsWriter {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    /** The highest step in the file. */
    private lastStep: number,
  ) {}

  /**
   * Makes a new event file in `folder`, or, when `resumeStep` is given, goes on in the newest file that this class made there:
   * a torn last record and every record of a step after `resumeStep` are cut off first. Throws FileError.
   */
  static async open(folder: string, resumeStep?: number): Promise<TfEventsWriter> {
    return withFileErrors(folder, async () => {
      await makeFolder(folder);
      const earlier = resumeStep === undefined ? undefined : await newestFile(folder);
      const path = earlier ?? join(folder, `${PREFIX}${Math.floor(Date.now() / 1000)}.${process.pid}${SUFFIX}`);
      const handle = await open(path, 'a+');
      try {
        const bytes = await handle.readFile();
        const { end, lastStep } = soundPart(bytes, resumeStep ?? Number.POSITIVE_INFINITY);
        if (end < bytes.length) await handle.truncate(end);
        if (end === 0) await handle.appendFile(versionRecord(Date.now() / 1000));
        return new TfEventsWriter(path, handle, lastStep);
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  /** Appends the scalars of one step as one record. Throws FileError. */
  async scalars(step: number, scalars: Record<string, number>, wallTime = Date.now() / 1000): Promise<void> {
    await withFileErrors(this.path, () => this.handle.appendFile(scalarRecord({ wallTime, step, scalars })));
    this.lastStep = Math.max(this.lastStep, step);
  }

  /**
   * Appends those records that come after the last step of the file: a run killed between its checkpoint and its events
   * has them in its history only. Steps ascend; null is NaN, as JSON has it. Throws FileError.
   */
  async complete(
    records: readonly { readonly step: number; readonly scalars: Readonly<Record<string, number | null>> }[],
  ): Promise<void> {
    for (const { step, scalars } of records) {
      const numbers = Object.entries(scalars).map(([tag, value]) => [tag, value ?? Number.NaN]);
      if (step > this.lastStep) await this.scalars(step, Object.fromEntries(numbers));
    }
  }

  /** Waits until everything written is on the disk. */
  async flush(): Promise<void> {
    await withFileErrors(this.path, () => this.handle.datasync());
  }

  /** Whether the file still stands at its path: false once it, or a folder above it, was moved or removed. */
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

/** Names start with the time in seconds, so the last in order is the newest. */
async function newestFile(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(PREFIX) && name.endsWith(SUFFIX));
  const newest = names.sort().at(-1);
  return newest && join(folder, newest);
}

/** Bytes up to the first torn record or later step, and the last step among them (-1: none). */
function soundPart(bytes: Uint8Array, upTo: number): { end: number; lastStep: number } {
  let [end, lastStep] = [0, -1];
  for (const { event, end: after } of scanRecords(bytes)) {
    if (event.step > upTo) break;
    end = after;
    if (Object.keys(event.scalars).length > 0) lastStep = Math.max(lastStep, event.step);
  }
  return { end, lastStep };
}
