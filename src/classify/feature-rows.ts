import { SppgpuError } from '../runtime/errors.js';
import { type FeatureMatrix, featureMatrix } from '../svm/features.js';

/**
 * The vectors of one layer, written one behind the other into one array of the size that all will need: they are never held
 * twice. A layer whose vectors turn out to differ in length has no rows but a `problem`, and lets go of the array.
 */
export class FeatureRows {
  /** Why there are no rows; null while there are. */
  problem: SppgpuError | null = null;
  private data: Float32Array | undefined;
  private dimension = 0;
  private count = 0;

  /** @param capacity vectors that will come at most */
  constructor(
    readonly layer: string,
    private readonly capacity: number,
  ) {}

  /** Adds vectors, or the reason why a layer has none; after a problem nothing more is kept. */
  append(vectors: readonly Float32Array[] | SppgpuError): void {
    if (this.problem || (!(vectors instanceof SppgpuError) && vectors.length === 0)) return;
    this.problem = vectors instanceof SppgpuError ? vectors : this.oddLength(vectors);
    if (this.problem) {
      this.data = undefined;
      return;
    }
    const rows = vectors as readonly Float32Array[];
    this.dimension = rows[0]!.length;
    this.data ??= allocate(this.layer, this.capacity, this.dimension);
    for (const row of rows) {
      this.data.set(row, this.count * this.dimension);
      this.count += 1;
    }
  }

  /** Bytes of the array. */
  get bytes(): number {
    return this.data?.byteLength ?? 0;
  }

  /** The rows so far, a view. Throws the problem where there is one, SppgpuError for a value that is not finite. */
  matrix(): FeatureMatrix {
    if (this.problem) throw this.problem;
    return featureMatrix(
      (this.data ?? new Float32Array()).subarray(0, this.count * this.dimension),
      this.dimension || 1,
    );
  }

  /** The rows so far, or why there are none. */
  result(): FeatureMatrix | SppgpuError {
    try {
      return this.matrix();
    } catch (error) {
      if (error instanceof SppgpuError) return error;
      throw error;
    }
  }

  private oddLength(vectors: readonly Float32Array[]): SppgpuError | null {
    const expected = this.data ? this.dimension : vectors[0]!.length;
    const odd = vectors.find(({ length }) => length !== expected);
    if (!odd) return null;
    return new SppgpuError(
      `${this.layer} has ${expected} values for one picture and ${odd.length} for another, because its map follows the picture's size; use --mode crop or warp, or a pooled layer such as spp`,
    );
  }
}

function allocate(layer: string, count: number, dimension: number): Float32Array {
  try {
    return new Float32Array(count * dimension);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const size = Math.ceil((4 * count * dimension) / 2 ** 20);
    throw new SppgpuError(
      `${layer}: ${count} vectors of ${dimension} values take ${size} MiB, more than there is; take fewer pictures or a smaller layer`,
    );
  }
}
