/** What docs/kernels/times.json holds: rungs as measured by tools/docs/measure.ts, in its order. */
export type Times = FamilyTimes[];

export interface FamilyTimes {
  readonly family: string;
  readonly adapter: string;
  /** Processor, and the day. */
  readonly machine: string;
  readonly date: string;
  /** The benchmark case that every rung did. */
  readonly work: string;
  readonly rungs: readonly RungTime[];
}

export interface RungTime {
  readonly rung: string;
  /** Of the fastest sample: the machine may have other work to do. */
  readonly ms: number;
}
