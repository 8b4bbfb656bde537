import { type AdapterInfo, type FoundAdapter, matrixUnits } from './adapter.js';
import { BindGroupCache, type BufferSlice } from './bind-groups.js';
import { BufferPool, type PooledBuffer, type PoolStatistics } from './buffer-pool.js';
import { type Dispatch, gridOf } from './dispatch.js';
import { DriverErrors } from './driver-errors.js';
import { DeviceError, MemoryError } from './errors.js';
import type { InterfaceOf, Kernel } from './kernel.js';
import { Lifetime } from './lifetime.js';
import { type Overrides, PipelineCache } from './pipelines.js';
import type { ProfileRow } from './profiler.js';
import { Readback } from './readback.js';
import { Recorder } from './recorder.js';
import { type DeviceOptions, MATRIX_FEATURE, requestDevice } from './request-device.js';
import type { Tuning } from './tuning.js';
import { UniformArena } from './uniform-arena.js';

export interface DeviceStatistics {
  readonly pool: PoolStatistics;
  readonly dispatches: number;
  readonly submits: number;
  readonly pipelines: number;
  readonly bindGroups: { readonly size: number; readonly hits: number; readonly misses: number };
}

const NO_OVERRIDES: Overrides = {};
/**
 * One GPU device with its buffer pool, uniform arena, caches and open batch.
 * Work is recorded and submitted together; errors of the driver surface, typed, at the next readback or `sync()`.
 * Several devices can live side by side.
 */
export class Device {
  readonly info: AdapterInfo;
  readonly features: ReadonlySet<string>;
  readonly limits: GPUSupportedLimits;
  /** Largest range that one shader binding may cover. Some ops split larger tensors, the rest throw MemoryError (docs/ops.md). */
  readonly maxBindingBytes: number;
  /** What chooses kernels in the place of the ladders' rules, if anything does. */
  readonly tuning: Tuning | null;
  private readonly pool: BufferPool;
  private readonly arena: UniformArena;
  private readonly pipelines: PipelineCache;
  private readonly bindGroups: BindGroupCache;
  private readonly recorder: Recorder;
  private readonly readback: Readback;
  private readonly batchSize: number;
  private readonly lifetime: Lifetime;
  private readonly errors: DriverErrors;
  /** Buffers were destroyed, and the driver keeps their memory until the next submit. */
  private owed = false;
  private dispatches = 0;
  private submits = 0;

  private constructor(
    readonly gpu: GPUDevice,
    private readonly found: FoundAdapter,
    options: DeviceOptions,
  ) {
    const { vendor, architecture, description, subgroupMinSize, subgroupMaxSize } = found.adapter.info;
    this.info = {
      name: found.name,
      vendor,
      architecture,
      description,
      software: found.software,
      subgroupSize: gpu.features.has('subgroups') && subgroupMinSize === subgroupMaxSize ? (subgroupMinSize ?? 0) : 0,
      matrixUnits: gpu.features.has(MATRIX_FEATURE) && gpu.features.has('shader-f16') ? matrixUnits(found.adapter) : [],
    };
    this.features = gpu.features;
    this.limits = gpu.limits;
    this.maxBindingBytes = Math.min(
      gpu.limits.maxStorageBufferBindingSize,
      options.maxBindingBytes ?? Number.POSITIVE_INFINITY,
    );
    this.tuning = options.tuning ?? null;
    this.batchSize = options.batchSize ?? 64;
    this.errors = new DriverErrors(gpu, found.name, () => {
      this.pool.scarce = true;
      if (!this.disposed) this.trim();
    });
    this.arena = new UniformArena(gpu, gpu.limits.minUniformBufferOffsetAlignment);
    this.bindGroups = new BindGroupCache(gpu, this.arena, found.collectGarbage);
    this.pool = new BufferPool(gpu, options.poolBytes ?? 2 ** 30, this.errors, (buffer) => {
      this.bindGroups.forget(buffer);
      this.owed = true;
    });
    this.pipelines = new PipelineCache(gpu, this.errors);
    this.recorder = new Recorder(gpu, this.arena);
    this.readback = new Readback({
      gpu,
      errors: this.errors,
      copyOut: (slice, to, offset) => this.copyOut(slice, to, offset),
      submit: () => this.submit(),
      wait: (promise) => this.wait(promise),
    });
    this.lifetime = new Lifetime(gpu, () => this.errors.close());
  }

  /**
   * Opens a device with the adapter's own limits and with every wanted feature it has.
   * @throws SppgpuError for a binding limit that no tensor can be cut to
   */
  static async open(found: FoundAdapter, options: DeviceOptions = {}): Promise<Device> {
    return new Device(await requestDevice(found, options), found, options);
  }

  /** What `console.log` shows in Node: one line. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Device(${this.info.name})`;
  }

  /** Records one dispatch; the grid follows from the shader's workgroup size and the device's limits. An empty one is dropped. */
  dispatch<K extends Kernel>(kernel: K, dispatch: Dispatch<InterfaceOf<K>>): void {
    this.run(kernel, dispatch as Dispatch);
  }

  private run(kernel: Kernel, { bindings, params, overrides = NO_OVERRIDES, ...extent }: Dispatch): void {
    this.lifetime.assertAlive(kernel.name);
    const workgroups = gridOf(kernel, overrides, extent, this.limits.maxComputeWorkgroupsPerDimension);
    if (workgroups[0] === 0 || workgroups[1] === 0 || workgroups[2] === 0) return;
    const pipeline = this.pipelines.get(kernel, overrides);
    const { storage, params: layout } = kernel.layout;
    if (this.recorder.full || (layout && !this.arena.fits(layout.size))) this.submit();
    const slices = storage.map(({ name }) => {
      const slice = bindings[name];
      if (!slice) throw new Error(`kernel ${kernel.name}: binding ${name} is missing`);
      if (slice.bytes > this.maxBindingBytes) {
        throw new MemoryError(
          `${kernel.name}: ${name} needs ${slice.bytes} bytes in one binding, this device allows ${this.maxBindingBytes}; use a smaller batch or input`,
        );
      }
      slice.buffer.lastBatch = this.recorder.batch;
      return slice;
    });
    const group = this.bindGroups.get(pipeline, slices);
    const offset = layout ? this.arena.write(kernel.name, layout, params ?? {}) : null;
    this.recorder.dispatch(pipeline, group, offset, workgroups);
    this.dispatches++;
    if (this.recorder.pending >= this.batchSize) this.submit();
  }

  /** Compiles kernels ahead of their first use, in parallel. */
  async warmUp(kernels: Iterable<readonly [Kernel, Overrides?]>): Promise<void> {
    await this.wait(
      Promise.all([...kernels].map(([kernel, overrides]) => this.pipelines.warmUp(kernel, overrides ?? NO_OVERRIDES))),
    );
  }

  /** A buffer of at least `bytes`, contents undefined; `label` names the op for error messages. */
  allocate(bytes: number, label: string): PooledBuffer {
    this.lifetime.assertAlive(label);
    if (this.owed && this.pool.scarce) this.returnMemory();
    return this.pool.acquire(Math.max(bytes, 16), label);
  }

  free(buffer: PooledBuffer): void {
    if (this.disposed) return;
    this.pool.release(buffer, () => this.submit());
  }

  /** Writes bytes (a multiple of 4) into a buffer. */
  upload(buffer: PooledBuffer, offset: number, data: ArrayBufferView): void {
    this.lifetime.assertAlive('upload');
    // A queue write overtakes what is recorded but not yet submitted.
    if (buffer.lastBatch === this.recorder.batch) this.submit();
    const { buffer: memory, byteOffset, byteLength } = data;
    // Dawn's Node binding takes no shared memory.
    const shared = typeof SharedArrayBuffer !== 'undefined' && memory instanceof SharedArrayBuffer;
    if (shared)
      this.gpu.queue.writeBuffer(buffer.gpu, offset, Uint8Array.from(new Uint8Array(memory, byteOffset, byteLength)));
    else this.gpu.queue.writeBuffer(buffer.gpu, offset, memory as ArrayBuffer, byteOffset, byteLength);
  }

  /** Copies bytes from one buffer to another; offsets and size are multiples of 4. */
  copy(from: BufferSlice, to: BufferSlice): void {
    this.lifetime.assertAlive('copy');
    from.buffer.lastBatch = this.recorder.batch;
    to.buffer.lastBatch = this.recorder.batch;
    this.recorder.copy(from.buffer.gpu, from.offset, to.buffer.gpu, to.offset, from.bytes);
  }

  /** The bytes of a slice as they are after everything recorded so far, whatever is recorded later. Reads of the same tick are batched. */
  read(slice: BufferSlice): Promise<ArrayBuffer> {
    this.lifetime.assertAlive('read');
    return this.readback.read(slice);
  }

  /** Submits what is recorded, without waiting. */
  submit(): void {
    if (this.recorder.pending > 0) this.submits++;
    this.recorder.submit();
  }

  /** Submits and waits until the GPU is done. @throws the first error that the driver reported since the last wait. */
  async sync(): Promise<void> {
    this.lifetime.assertAlive('sync');
    this.submit();
    await this.wait(this.gpu.queue.onSubmittedWorkDone());
  }

  /**
   * Runs `work` with a timestamp around every kernel and returns the table.
   * @throws DeviceError without the feature `timestamp-query`.
   */
  async profile(work: () => void | Promise<void>): Promise<ProfileRow[]> {
    if (!this.features.has('timestamp-query')) {
      throw new DeviceError(`${this.info.name} has no timestamp-query; profiles need it`);
    }
    const { Profiler } = await import('./profiler.js');
    this.lifetime.assertAlive('profile');
    this.submit();
    const profiler = new Profiler(this.gpu);
    this.recorder.profiler = profiler;
    try {
      await work();
      await this.sync();
      return await this.wait(profiler.rows());
    } finally {
      this.submit();
      this.recorder.profiler = null;
      profiler.destroy();
    }
  }

  /** Gives buffers kept for reuse back to the system, as soon as the GPU is done with them. */
  trim(): void {
    this.submit();
    this.pool.trim();
    this.readback.trim();
    this.returnMemory();
  }

  get statistics(): DeviceStatistics {
    return {
      pool: this.pool.statistics,
      dispatches: this.dispatches,
      submits: this.submits,
      pipelines: this.pipelines.size,
      bindGroups: this.bindGroups.statistics,
    };
  }

  get disposed(): boolean {
    return this.lifetime.ended;
  }

  /** Releases the device; everything that waits on it is rejected. Idempotent. */
  dispose(): void {
    if (this.disposed) return;
    this.lifetime.close();
    this.readback.trim();
    this.arena.destroy();
    this.gpu.destroy();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private copyOut(slice: BufferSlice, to: GPUBuffer, offset: number): void {
    slice.buffer.lastBatch = this.recorder.batch;
    this.recorder.copy(slice.buffer.gpu, slice.offset, to, offset, Math.ceil(slice.bytes / 4) * 4);
  }

  private wait<T>(promise: Promise<T>): Promise<T> {
    return this.lifetime.until((ended) => this.found.wait(Promise.race([this.checked(promise), ended])));
  }

  /** The promise's value, or the error that the driver has reported by then. */
  private async checked<T>(promise: Promise<T>): Promise<T> {
    const since = this.errors.reports;
    const [outcome] = await Promise.allSettled([promise]);
    await this.errors.settle();
    const failure = this.errors.take(since);
    if (failure instanceof MemoryError) {
      // What was freed meanwhile is back at the system before anybody tries again with less.
      this.trim();
      await this.gpu.queue.onSubmittedWorkDone();
      await this.errors.settle();
      this.errors.take(this.errors.reports); // nothing but what followed from it
    }
    if (failure) throw failure;
    if (outcome.status === 'rejected') throw outcome.reason;
    this.pool.scarce = false;
    return outcome.value;
  }

  /** Has the driver free what was destroyed: it does so at the end of the next submit, and looks only while a promise waits. */
  private returnMemory(): void {
    this.owed = false;
    this.submit();
    this.gpu.queue.submit([]);
    this.gpu.queue.onSubmittedWorkDone().catch(() => {}); // the device is gone, and its memory with it
  }
}
