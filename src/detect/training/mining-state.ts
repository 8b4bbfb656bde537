import type { GrowingSvm } from '../../svm/growing-svm.js';

/** Where mining stands: with the same pictures to come, another miner ends with the same bits. */
export interface MiningState {
  readonly begun: boolean;
  readonly fresh: readonly number[];
  /** [classes, dimension] */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  /** Every example once: [examples, dimension]. */
  readonly rows: Float32Array<ArrayBuffer>;
  /** Of each class: which rows, what they are, and how much the solution leans on them. */
  readonly samples: readonly {
    readonly rows: Int32Array<ArrayBuffer>;
    readonly targets: Int8Array<ArrayBuffer>;
    readonly alpha: Float64Array<ArrayBuffer>;
  }[];
}

/** The examples of all classes; a row that several of them hold is there once. */
export function gatherSamples(svms: readonly GrowingSvm[], dimension: number): Pick<MiningState, 'rows' | 'samples'> {
  const places = new Map<Float32Array, number>();
  const samples = svms.map((svm) => {
    const { rows, targets } = svm.samples;
    const own = Int32Array.from(rows, (row) => {
      const place = places.get(row) ?? places.size;
      places.set(row, place);
      return place;
    });
    return { rows: own, targets, alpha: svm.alpha };
  });
  const rows = new Float32Array(places.size * dimension);
  for (const [row, place] of places) rows.set(row, place * dimension);
  return { rows, samples };
}
