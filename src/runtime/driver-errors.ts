import { DeviceError, MemoryError } from './errors.js';

/**
 * The errors that a driver reports for one device, sorted into causes and what follows from them. A buffer without memory
 * or a kernel that does not compile makes every later use invalid; of all these only the cause is worth a line.
 */
export class DriverErrors {
  /** The first cause, and the first error that may only follow from one, since the last `take`. */
  private cause: Error | null = null;
  private other: Error | null = null;
  /** The cause that was taken last: objects made invalid by it may live on and be used again. */
  private known: Error | null = null;
  private taken: { readonly error: Error; readonly reports: number } | null = null;
  /** Errors reported so far. A wait that was open when one came in fails with it, whoever takes it first. */
  reports = 0;
  private readonly pending = new Set<Promise<void>>();
  private readonly listen: (event: Event) => void;

  constructor(
    private readonly gpu: GPUDevice,
    name: string,
    private readonly onOutOfMemory: () => void,
  ) {
    this.listen = (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      event.preventDefault?.(); // it is thrown at the next wait, so nobody needs to print it as well
      this.reports++;
      const message = `${name}: ${error.message.split('\n')[0]}`;
      if (error.constructor.name === 'GPUOutOfMemoryError') this.outOfMemory(new MemoryError(message));
      else this.other ??= FOLLOWS.test(message) && this.known ? this.known : new DeviceError(message);
    };
    gpu.addEventListener('uncapturederror', this.listen);
  }

  /** Runs `create` in an error scope; should the driver report an error of that kind, `explain` makes it a cause. */
  watch<T>(filter: GPUErrorFilter, create: () => T, explain: (error: GPUError) => Error): T {
    this.gpu.pushErrorScope(filter);
    try {
      return create();
    } finally {
      const answer: Promise<void> = this.gpu.popErrorScope().then(
        (error) => {
          this.pending.delete(answer);
          if (!error) return;
          this.reports++;
          const cause = explain(error);
          if (cause instanceof MemoryError) this.outOfMemory(cause);
          else this.cause ??= cause;
        },
        () => void this.pending.delete(answer), // the device is gone; its own error is reported elsewhere
      );
      this.pending.add(answer);
    }
  }

  /** Waits for the answers to everything watched so far. */
  async settle(): Promise<void> {
    if (this.pending.size > 0) await Promise.all(this.pending);
  }

  /** What a wait that began after `since` reports is to throw, the cause before all that follows from it; or null. */
  take(since: number): Error | null {
    const error = this.cause ?? this.other;
    if (error) this.taken = { error, reports: this.reports };
    this.known = this.cause ?? this.known;
    this.cause = null;
    this.other = null;
    return this.taken && (error || this.taken.reports > since) ? this.taken.error : null;
  }

  /** Stops listening: a listener would keep a disposed device in memory. */
  close(): void {
    this.gpu.removeEventListener('uncapturederror', this.listen);
  }

  private outOfMemory(error: MemoryError): void {
    this.cause ??= error;
    this.onOutOfMemory();
  }
}

/** How Dawn, Firefox and wgpu word the use of something that could not be made. */
const FOLLOWS = /due to a previous error|is invalid/i;
