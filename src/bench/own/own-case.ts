import type { Device } from '../../runtime/device.js';

export interface WayFacts {
  readonly views?: number;
  /** Input pixels of the convolutions. */
  readonly pixels?: number;
  readonly workers?: number;
  /** Mean size of the files. */
  readonly fileBytes?: number;
}

/** One of several ways to the same end, ready to be timed. */
export interface Way {
  readonly way: string;
  /** One execution, to its end. */
  run(): Promise<unknown>;
  /** What a reader of its line should know besides the time. */
  readonly facts: WayFacts;
}

/** A case that only this library has. Its ways are checked, timed in turns, and compared with the first. */
export interface OwnCase {
  readonly name: string;
  readonly family: string;
  /** Works on the CPU alone. */
  readonly withoutDevice?: true;
  /** Pictures an execution handles. */
  readonly images: number;
  /** Runs `use` with the ways made ready; throws SppgpuError where a way's result is wrong. */
  with<T>(device: Device | null, use: (ways: readonly Way[]) => Promise<T>): Promise<T>;
}
