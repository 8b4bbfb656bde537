const MIB = 2 ** 20;

/**
 * A bound on the memory that several threads take at once: each asks before it takes, and waits (blocked) while there is no
 * room. The counters lie in memory that all threads share: MiB taken together, then by each thread.
 */
export class MemoryGate {
  /**
   * @param shared from `MemoryGate.create`
   * @param slot the thread's own, from 0
   */
  constructor(
    private readonly shared: Int32Array<SharedArrayBuffer>,
    private readonly slot: number,
    private readonly maxBytes: number,
  ) {}

  static create(slots: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(new SharedArrayBuffer((1 + slots) * Int32Array.BYTES_PER_ELEMENT));
  }

  /** Waits until `bytes` fit; more than the whole bound waits until nothing else is taken. */
  take(bytes: number): void {
    const { shared } = this;
    const most = Math.max(1, Math.floor(this.maxBytes / MIB));
    const wanted = Math.min(most, Math.ceil(bytes / MIB));
    for (;;) {
      const taken = Atomics.load(shared, 0);
      if (taken + wanted > most) Atomics.wait(shared, 0, taken);
      else if (Atomics.compareExchange(shared, 0, taken, taken + wanted) === taken) break;
    }
    Atomics.store(shared, 1 + this.slot, wanted);
  }

  /** Gives back what this slot took, also for a thread that died. */
  release(): void {
    Atomics.sub(this.shared, 0, Atomics.exchange(this.shared, 1 + this.slot, 0));
    Atomics.notify(this.shared, 0);
  }
}
