import { writeFileAtomic } from '../io/atomic.node.js';
import { JsonlLog } from '../io/jsonl.node.js';
import type { EpochLog, LoggedEpoch } from './run-store.js';

/**
 * The log of a run: a line per epoch. The history of the run is in its checkpoints as well, and the log follows it: lines that
 * it lacks, since the folder was moved under the run or the process was killed in between, are written anew from there.
 */
export class RunLog implements EpochLog {
  private constructor(private log: JsonlLog) {}

  get path(): string {
    return this.log.path;
  }

  /** Opens the log at `path` with the epochs of `history` in it, and no others. Throws FileError. */
  static async open(path: string, history: readonly LoggedEpoch[]): Promise<RunLog> {
    let kept = 0;
    const log = await JsonlLog.open(path, (record) => {
      const known = kept < history.length && (record as LoggedEpoch).epoch === kept;
      if (known) kept += 1;
      return known;
    });
    if (kept === history.length) return new RunLog(log);
    await log.close();
    return new RunLog(await rewritten(path, history));
  }

  /**
   * Adds the last epoch of `history`, and waits until the disk has it. Throws FileError.
   * @returns false if the log had gone from its place: all of it was written anew there
   */
  async append(history: readonly LoggedEpoch[]): Promise<boolean> {
    const inPlace = await this.log.inPlace();
    if (inPlace) await this.log.append(history.at(-1));
    else {
      await this.log.close();
      this.log = await rewritten(this.log.path, history);
    }
    await this.log.flush();
    return inPlace;
  }

  async close(): Promise<void> {
    await this.log.close();
  }
}

async function rewritten(path: string, history: readonly LoggedEpoch[]): Promise<JsonlLog> {
  await writeFileAtomic(path, history.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return JsonlLog.open(path);
}
