import { SppgpuError } from '../runtime/errors.js';

/** A place in a random stream: what `rand`, `randn`, `bernoulli` and `dropout` take. `offset` counts Philox blocks of four words. */
export interface StreamPosition {
  readonly seed: number;
  readonly offset: number;
}

/** Deals out consecutive, never overlapping parts of one seed's Philox stream; its state fits in a checkpoint. */
export class Generator {
  constructor(
    readonly seed: number,
    private offset = 0,
  ) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new SppgpuError(`seed ${seed} is not usable; give a non-negative integer`);
    }
  }

  /** The part of the stream for `count` numbers. */
  take(count: number): StreamPosition {
    const position = { seed: this.seed, offset: this.offset };
    this.offset += Math.ceil(count / 4);
    return position;
  }

  get state(): StreamPosition {
    return { seed: this.seed, offset: this.offset };
  }

  /** Continues where a generator of the same seed stood. */
  restore(state: StreamPosition): void {
    if (state.seed !== this.seed) {
      throw new SppgpuError(
        `generator state is of seed ${state.seed}, this run uses seed ${this.seed}; pass --seed ${state.seed}`,
      );
    }
    this.offset = state.offset;
  }
}
