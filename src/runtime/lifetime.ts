import { DeviceLostError, DisposedError } from './errors.js';

const DISPOSED = 'the device was disposed; create another one';

/** Whether a device still lives, and the waits on it that are open: they are rejected when it ends. */
export class Lifetime {
  private readonly waiting = new Set<(error: Error) => void>();
  private error: DeviceLostError | null = null;
  /** Ended on purpose. */
  private closed = false;

  /** @param onEnd called once, when the device is lost or closed */
  constructor(
    gpu: GPUDevice,
    private readonly onEnd: () => void,
  ) {
    void gpu.lost.then(({ reason, message }) => {
      this.closed ||= reason === 'destroyed';
      this.end(
        this.closed
          ? DISPOSED
          : `the device was lost (${message || reason}); create another one and reload the last checkpoint`,
      );
    });
  }

  get ended(): boolean {
    return this.error !== null;
  }

  close(): void {
    this.closed = true;
    this.end(DISPOSED);
  }

  /** @throws DisposedError or DeviceLostError if the device has ended; `what` names the call */
  assertAlive(what: string): void {
    if (this.closed) throw new DisposedError(`${what}: ${DISPOSED}`);
    if (this.error) throw this.error;
  }

  /** The promise that `start` makes out of one that rejects when the device ends. @throws DeviceLostError when it does */
  async until<T>(start: (ended: Promise<never>) => Promise<T>): Promise<T> {
    let reject = (_: Error): void => {};
    // A promise of its own for each wait: reactions to one that lasts as long as the device would pile up.
    const ended = new Promise<never>((_, fail) => {
      reject = fail;
    });
    this.waiting.add(reject);
    if (this.error) reject(this.error);
    try {
      return await start(ended);
    } catch (error) {
      throw this.error ?? error;
    } finally {
      this.waiting.delete(reject);
    }
  }

  private end(message: string): void {
    if (this.error) return;
    this.error = new DeviceLostError(message);
    for (const reject of this.waiting) reject(this.error);
    this.waiting.clear();
    this.onEnd();
  }
}
