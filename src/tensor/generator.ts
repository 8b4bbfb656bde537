import { SppgpuError } from '../runtime/errors.js';
import { checkSetting, requireState } from '../runtime/options.js';
import { seedKey } from './philox.js';

/** A place in a random stream: what `rand`, `randn`, `bernoulli` and `dropout` take. `offset` counts Philox blocks of four words. */
export interface StreamPosition {
  readonly seed: number;
  readonly offset: number;
}

/** Deals out consecutive, never overlapping parts of one seed's Philox stream; its state fits in a checkpoint. */
export class Generator {
  /** @throws SppgpuError for a seed that is not a whole number 0 .. 2^53 - 1 */
  constructor(
    readonly seed: number,
    private offset = 0,
  ) {
    seedKey(seed); // throws for a seed that Philox cannot take
  }

  /** The part of the stream for `count` numbers. */
  take(count: number): StreamPosition {
    const position = { seed: this.seed, offset: this.offset };
    this.offset += Math.ceil(count / 4);
    return position;
  }

  stateDict(): StreamPosition {
    return { seed: this.seed, offset: this.offset };
  }

  /** Continues where a generator of the same seed stood. @throws SppgpuError for another seed, or an offset that is none. */
  loadStateDict(state: StreamPosition): void {
    requireState('generator state', state);
    const { seed, offset } = state;
    if (seed !== this.seed) {
      throw new SppgpuError(`generator state is of seed ${seed}, this one is of seed ${this.seed}; use seed ${seed}`);
    }
    checkSetting('generator state', 'offset', offset, { least: 0, integer: true });
    this.offset = offset;
  }
}
