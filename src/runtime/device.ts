import type { AdapterInfo, FoundAdapter } from './adapter.js';
import { BindGroupCache, type BufferSlice } from './bind-groups.js';
import { BufferPool, type PooledBuffer, type PoolStatistics } from './buffer-pool.js';
import { DriverErrors } from './driver-errors.js';
import { DeviceError, DeviceLostError, DisposedError, MemoryError, SppgpuError } from './errors.js';
import { foldGrid, type Workgroups } from './grid.js';
import type { InterfaceOf, Kernel } from './kernel.js';
import type { OptionNames } from './options.js';
import type { Params, ParamValues } from './params.js';
import { type Overrides, PipelineCache } from './pipelines.js';
import { type ProfileRow, Profiler } from './profiler.js';
import { Readback } from './readback.js';
import { Recorder } from './recorder.js';
import type { ShaderInterface } from './shader.js';
import { UniformArena } from './uniform-arena.js';

export interface DeviceOptions {
  /** Dispatches per submit; a submit also happens at every readback. Default 64. */
  readonly batchSize?: number;
  /** Bytes of freed buffers kept for reuse. Default 1 GiB. */
  readonly poolBytes?: number;
  /** Lowers the binding limit, to exercise the splitting of large tensors. A multiple of 16, at least 512. */
  readonly maxBindingBytes?: number;
}

export const DEVICE_NAMES: OptionNames<DeviceOptions> = { batchSize: true, poolBytes: true, maxBindingBytes: true };

/** How much of a kernel runs. */
export type Extent =
  | {
      /** Invocations of a kernel that finds its place by `flat_index` and drops the surplus. */
      readonly invocations: number;
    }
  | {
      /**
       * Workgroups, for kernels of which a whole workgroup works on one thing: their number, for `flat_index`; or along x, y
       * and z, cut to what the device allows along one, for kernels that walk on by `num_workgroups`.
       */
      readonly workgroups: number | Workgroups;
    };

/** One run of a kernel; names and types are those of its shader. */
export type Dispatch<I extends ShaderInterface = ShaderInterface> = Extent & {
  /** Buffer ranges by the names of the shader's storage variables. */
  readonly bindings: Readonly<Record<I['bindings'], BufferSlice> & Partial<Record<I['optional'], BufferSlice>>>;
  /** Override constants that differ from the shader's defaults. */
  readonly overrides?: Readonly<Partial<Record<I['overrides'], number | boolean>>>;
} & (string extends keyof I['params']
    ? { readonly params?: Params }
    : keyof I['params'] extends never
      ? { readonly params?: undefined }
      : {
          /** The fields of the shader's `Params`. */
          readonly params: ParamValues<I['params']>;
        });

export interface DeviceStatistics {
  readonly pool: PoolStatistics;
  readonly dispatches: number;
  readonly submits: number;
  readonly pipelines: number;
  readonly bindGroups: { readonly size: number; readonly hits: number; readonly misses: number };
}

const WANTED_FEATURES = ['timestamp-query', 'shader-f16', 'subgroups'] as const;
const NO_OVERRIDES: Overrides = {};
const DISPOSED = 'the device was disposed; create another one';

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
  private readonly pool: BufferPool;
  private readonly arena: UniformArena;
  private readonly pipelines: PipelineCache;
  private readonly bindGroups: BindGroupCache;
  private readonly recorder: Recorder;
  private readonly readback: Readback;
  private readonly batchSize: number;
  /** Ends the waits that are open, should the device be lost. */
  private readonly waiting = new Set<(error: Error) => void>();
  private readonly errors: DriverErrors;
  /** Buffers were destroyed, and the driver keeps their memory until the next submit. */
  private owed = false;
  private lostError: DeviceLostError | null = null;
  /** Lost on purpose. */
  private closed = false;
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
    };
    this.features = gpu.features;
    this.limits = gpu.limits;
    this.maxBindingBytes = Math.min(
      gpu.limits.maxStorageBufferBindingSize,
      options.maxBindingBytes ?? Number.POSITIVE_INFINITY,
    );
    this.batchSize = options.batchSize ?? 64;
    this.errors = new DriverErrors(gpu, found.name, () => {
      this.pool.scarce = true;
      if (!this.lostError) this.trim();
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
    void gpu.lost.then(({ reason, message }) => {
      this.closed ||= reason === 'destroyed';
      this.end(
        new DeviceLostError(
          this.closed
            ? DISPOSED
            : `the device was lost (${message || reason}); create another one and reload the last checkpoint`,
        ),
      );
    });
  }

  /**
   * Opens a device with the adapter's own limits and with every wanted feature it has.
   * @throws SppgpuError for a binding limit that no tensor can be cut to
   */
  static async open(found: FoundAdapter, options: DeviceOptions = {}): Promise<Device> {
    const { adapter } = found;
    const { maxBindingBytes = 512 } = options;
    if (!(maxBindingBytes >= 512 && maxBindingBytes % 16 === 0)) {
      throw new SppgpuError(
        `createDevice: maxBindingBytes ${maxBindingBytes} is not usable; give a multiple of 16, at least 512`,
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const name of LIMITS) requiredLimits[name] = adapter.limits[name];
    const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
    const gpu = await adapter.requestDevice({ label: 'sppgpu', requiredLimits, requiredFeatures });
    return new Device(gpu, found, options);
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
    this.assertAlive(kernel.name);
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
    this.assertAlive(label);
    if (this.owed && this.pool.scarce) this.returnMemory();
    return this.pool.acquire(Math.max(bytes, 16), label);
  }

  free(buffer: PooledBuffer): void {
    if (this.lostError) return;
    this.pool.release(buffer, () => this.submit());
  }

  /** Writes bytes (a multiple of 4) into a buffer. */
  upload(buffer: PooledBuffer, offset: number, data: ArrayBufferView): void {
    this.assertAlive('upload');
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
    this.assertAlive('copy');
    from.buffer.lastBatch = this.recorder.batch;
    to.buffer.lastBatch = this.recorder.batch;
    this.recorder.copy(from.buffer.gpu, from.offset, to.buffer.gpu, to.offset, from.bytes);
  }

  /** The bytes of a slice as they are after everything recorded so far, whatever is recorded later. Reads of the same tick are batched. */
  read(slice: BufferSlice): Promise<ArrayBuffer> {
    this.assertAlive('read');
    return this.readback.read(slice);
  }

  /** Submits what is recorded, without waiting. */
  submit(): void {
    if (this.recorder.pending > 0) this.submits++;
    this.recorder.submit();
  }

  /** Submits and waits until the GPU is done. @throws the first error that the driver reported since the last wait. */
  async sync(): Promise<void> {
    this.assertAlive('sync');
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
    return this.lostError !== null;
  }

  /** Releases the device; everything that waits on it is rejected. Idempotent. */
  dispose(): void {
    if (this.lostError) return;
    this.closed = true;
    this.end(new DeviceLostError(DISPOSED));
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

  private async wait<T>(promise: Promise<T>): Promise<T> {
    let reject = (_: Error): void => {};
    // A promise of its own for each wait: reactions to one that lasts as long as the device would pile up.
    const lost = new Promise<never>((_, fail) => {
      reject = fail;
    });
    this.waiting.add(reject);
    if (this.lostError) reject(this.lostError);
    try {
      return await this.found.wait(Promise.race([this.checked(promise), lost]));
    } catch (error) {
      throw this.lostError ?? error;
    } finally {
      this.waiting.delete(reject);
    }
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

  private end(error: DeviceLostError): void {
    this.lostError ??= error;
    for (const reject of this.waiting) reject(this.lostError);
    this.waiting.clear();
    this.errors.close();
  }

  private assertAlive(what: string): void {
    if (this.closed) throw new DisposedError(`${what}: ${DISPOSED}`);
    if (this.lostError) throw this.lostError;
  }
}

function gridOf({ layout }: Kernel, overrides: Overrides, extent: Extent, most: number): Workgroups {
  if ('invocations' in extent) {
    const sides = layout.entry.workgroupSize.map((side) =>
      typeof side === 'number' ? side : Number(overrides[side] ?? layout.overrides[side]),
    );
    return foldGrid(Math.ceil(extent.invocations / sides.reduce((size, side) => size * side)), most);
  }
  const { workgroups } = extent;
  if (typeof workgroups === 'number') return foldGrid(workgroups, most);
  return [Math.min(workgroups[0], most), Math.min(workgroups[1], most), Math.min(workgroups[2], most)];
}

const LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'minStorageBufferOffsetAlignment',
  'minUniformBufferOffsetAlignment',
] as const satisfies readonly (keyof GPUSupportedLimits)[];
