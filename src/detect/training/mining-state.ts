/** Where mining stands: with the same pictures to come, another miner ends with the same bits. */
export interface MiningState {
  readonly begun: boolean;
  readonly fresh: readonly number[];
  /** [classes, dimension] */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  /** Of each class. */
  readonly samples: readonly {
    readonly rows: Float32Array<ArrayBuffer>;
    readonly targets: Int8Array<ArrayBuffer>;
    readonly alpha: Float64Array<ArrayBuffer>;
  }[];
}
