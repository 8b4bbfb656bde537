import { TfEventsWriter } from '../../io/tfevents.node.js';
import { epochScalars } from '../../train/epoch-report.js';
import type { TrainingRecord } from '../../train/task.js';

/** TensorBoard's events of a run, one record per epoch, complete up to its history whatever happened to the folder. */
export class TrainingEvents {
  private writer: TfEventsWriter | undefined;

  constructor(private readonly folder: string) {}

  /**
   * Adds the epochs of `history` that the event files lack. Throws FileError.
   * @param known epochs that files of an earlier process may hold already; later ones are cut off
   */
  async follow(history: readonly TrainingRecord[], known = 0): Promise<void> {
    if (this.writer && !(await this.writer.inPlace())) await this.close();
    this.writer ??= await TfEventsWriter.open(this.folder, known);
    await this.writer.complete(history.map((record) => ({ step: record.epoch + 1, scalars: epochScalars(record) })));
  }

  async close(): Promise<void> {
    await this.writer?.close();
    this.writer = undefined;
  }
}
