import type { Checkpoint } from './checkpoint.js';

/** Where a run is kept: files in Node (`fileStore`), memory or its own storage in a page. */
export interface RunStore {
  /** Names the checkpoint in errors. */
  readonly name: string;
  /** The checkpoint that stands there, null where there is none. @throws FileError for a damaged one */
  load(): Promise<Checkpoint | null>;
  /** Replaces the checkpoint: what stands there is the old one or the new one, never half of it. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Opens a log with the epochs of `history` in it, and no others. */
  openLog?(history: readonly LoggedEpoch[]): Promise<EpochLog>;
}

/** What a log must know of a record: its epoch, from 0. */
export interface LoggedEpoch {
  readonly epoch: number;
}

/** A log that follows the history of a run, one record per epoch. */
export interface EpochLog {
  readonly path: string;
  /**
   * Adds the last epoch of `history`, and waits until it is safe.
   * @returns false if the log had gone from its place: all of it was written anew there
   */
  append(history: readonly LoggedEpoch[]): Promise<boolean>;
  close(): Promise<void>;
}

/** A run that is kept in memory: for a page that offers the checkpoint as a download, and for tests. */
export class MemoryStore implements RunStore {
  readonly name: string;

  constructor(
    /** The checkpoint to go on from, then the newest one. */
    public checkpoint: Checkpoint | null = null,
    name = 'the run in memory',
  ) {
    this.name = name;
  }

  async load(): Promise<Checkpoint | null> {
    return this.checkpoint;
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    this.checkpoint = checkpoint;
  }
}
