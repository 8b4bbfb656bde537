import { get, update } from 'idb-keyval';
import { type Tuning, type TuningEntry, type TuningQuestion, TuningTable } from '../../runtime/tuning.js';

const KEY = 'sppgpu tuning table';

/**
 * The rungs that the reader has taken after they were timed: a tuning table that the browser keeps in IndexedDB from one visit to
 * the next. Where it keeps nothing (a private window, a full disk), they hold until the page is closed.
 */
export class KeptChoices implements Tuning {
  private table = new TuningTable();
  private reading: Promise<void> | null = null;

  /** To be awaited before ops ask. */
  read(): Promise<void> {
    this.reading ??= get<unknown>(KEY).then(
      (text) => {
        this.table = tableOf(text);
      },
      () => {},
    );
    return this.reading;
  }

  rungFor(question: TuningQuestion): string | undefined {
    return this.table.rungFor(question);
  }

  /** Whether anything of a family was taken. */
  knows(family: string): boolean {
    return this.table.list().some((entry) => entry.family === family);
  }

  take(entry: TuningEntry): Promise<void> {
    return this.change((table) => new TuningTable([...table.list(), entry]));
  }

  /** Leaves a family to the rules again. */
  forget(family: string): Promise<void> {
    return this.change((table) => new TuningTable(table.list().filter((entry) => entry.family !== family)));
  }

  /** Another tab of the browser may have changed what is kept meanwhile: its choices stay. */
  private async change(changed: (table: TuningTable) => TuningTable): Promise<void> {
    this.table = changed(this.table);
    await update<unknown>(KEY, (text) => JSON.stringify(changed(tableOf(text)))).catch(() => {});
  }
}

/** What was kept by another version of the page counts for nothing. */
function tableOf(text: unknown): TuningTable {
  try {
    return TuningTable.parse(String(text));
  } catch {
    return new TuningTable();
  }
}
