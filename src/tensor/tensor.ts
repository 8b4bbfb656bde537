import type { BufferSlice } from '../runtime/bind-groups.js';
import type { Device } from '../runtime/device.js';
import { DeviceError, DisposedError, DTypeError, GraphError, MemoryError, ShapeError } from '../runtime/errors.js';
import { checkOptions } from '../runtime/options.js';
import { copyStrided } from './copy-strided.js';
import { bytesPerElement, type DType, type TypedData } from './dtype.js';
import type { PrintOptions } from './format.js';
import type { BackwardOptions, GraphNode } from './graph-node.js';
import { fromHalf } from './half.js';
import { keep, track } from './scope.js';
import { isContiguous, rowMajorStrides, type Shape, sameShape, showShape, sizeOf } from './shape.js';
import { Storage } from './storage.js';

/** Nested arrays of numbers, as `array()` returns them. */
export type NestedArray = number | NestedArray[];

/**
 * An n-dimensional array on a device: a shape and strides over a storage that views share.
 * Memory is freed by `dispose()`, by `using`, or by the enclosing `scope`.
 */
export class Tensor {
  private wantsGrad = false;
  private gradient: Tensor | null = null;
  /** The op that made this tensor, while gradients are recorded. */
  node: GraphNode<Tensor> | null = null;
  private alive = true;

  constructor(
    private readonly memory: Storage,
    readonly dtype: DType,
    readonly shape: Shape,
    readonly strides: Shape = rowMajorStrides(shape),
    /** Position of the first element in the storage, in elements. */
    readonly offset = 0,
    /** The op that made it, for error messages and leak reports. */
    readonly madeBy = 'tensor',
    scoped = true,
  ) {
    liveTensors.set(memory.device, (liveTensors.get(memory.device) ?? new Set()).add(this));
    if (scoped) track(this);
  }

  /** A new dense tensor with undefined contents. */
  static empty(device: Device, shape: Shape, dtype: DType, madeBy: string): Tensor {
    const bytes = sizeOf(shape) * bytesPerElement(dtype);
    return new Tensor(
      Storage.allocate(device, bytes, `${madeBy} ${showShape(shape)}`),
      dtype,
      [...shape],
      undefined,
      0,
      madeBy,
    );
  }

  /** True if `backward()` computes a gradient for this tensor. @throws DTypeError when set on integers. */
  get requiresGrad(): boolean {
    return this.wantsGrad;
  }

  set requiresGrad(wanted: boolean) {
    if (wanted && this.dtype !== 'f32' && this.dtype !== 'f16') {
      throw new DTypeError(`requiresGrad: a tensor of ${this.dtype} has no gradient; cast it to f32`);
    }
    this.wantsGrad = wanted;
  }

  /** The gradient that `backward()` accumulated here, on leaves that require one. It lives until it is replaced or freed. */
  get grad(): Tensor | null {
    return this.gradient;
  }

  /** @throws ShapeError, DTypeError or DeviceError unless it is f32, of this shape and on this device; strides do not matter */
  set grad(gradient: Tensor | null) {
    if (gradient) checkGradient('grad', this, gradient);
    this.gradient = gradient ? keep(gradient) : null;
  }

  get device(): Device {
    return this.memory.device;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  get rank(): number {
    return this.shape.length;
  }

  get bytes(): number {
    return this.size * bytesPerElement(this.dtype);
  }

  get contiguous(): boolean {
    return isContiguous(this.shape, this.strides);
  }

  get disposed(): boolean {
    return !this.alive;
  }

  /** The memory behind this tensor. @throws DisposedError naming `user`, the op that wanted it. */
  storage(user: string): Storage {
    if (!this.alive) {
      throw new DisposedError(
        `${user}: its input ${showShape(this.shape)}, made by ${this.madeBy}, was disposed; keep() it or return it from the scope`,
      );
    }
    return this.memory;
  }

  /** A view of the same memory. Not recorded for gradients: that is the business of the ops. */
  view(shape: Shape, strides: Shape, offset: number, madeBy: string): Tensor {
    return new Tensor(this.storage(madeBy).retain(), this.dtype, [...shape], [...strides], offset, madeBy);
  }

  /** Another handle on the same memory, outside every scope: for the graph and for parameters. */
  retain(): Tensor {
    return new Tensor(
      this.storage('retain').retain(),
      this.dtype,
      this.shape,
      this.strides,
      this.offset,
      this.madeBy,
      false,
    );
  }

  /** To be called after writing in place: a graph that saved this memory then refuses `backward()`, instead of using new values. */
  markModified(): void {
    this.memory.version++;
  }

  /** A dense copy with memory of its own, starting at offset 0. Not recorded for gradients. */
  denseCopy(madeBy: string): Tensor {
    const copy = Tensor.empty(this.device, this.shape, this.dtype, madeBy);
    const { dtype, shape } = this;
    copyStrided(
      { storage: this.storage(madeBy), dtype, shape, strides: this.strides, offset: this.offset },
      { storage: copy.memory, dtype, shape, strides: copy.strides, offset: 0 },
    );
    return copy;
  }

  /** The same values, cut off from the graph. */
  detach(): Tensor {
    return this.view(this.shape, this.strides, this.offset, 'detach');
  }

  /**
   * The bytes of a dense tensor for a shader binding.
   * @throws MemoryError if they exceed one binding (see `Device.maxBindingBytes`).
   */
  binding(user: string): BufferSlice {
    const storage = this.storage(user);
    if (!this.contiguous) throw new Error(`${user}: internal: binding of a strided view`);
    if (this.bytes > this.device.maxBindingBytes) {
      throw new MemoryError(
        `${user}: a tensor ${showShape(this.shape)} of ${this.bytes} bytes exceeds this device's binding limit of ${this.device.maxBindingBytes} bytes; use a smaller batch or input`,
      );
    }
    return storage.slice(this.offset * bytesPerElement(this.dtype), this.bytes);
  }

  /**
   * Reads the values as they are now, in row-major order; halves come as f32. Later writes, and `dispose()`, do not change
   * what is read. Reads of the same tick are batched.
   */
  async data(): Promise<TypedData> {
    const aligned = (this.offset * bytesPerElement(this.dtype)) % 4 === 0;
    const { buffer } = this.storage('data');
    if (this.size === 0) return new (arrayType(this.dtype))(0);
    const width = bytesPerElement(this.dtype);
    let reading: Promise<ArrayBuffer>;
    if (this.contiguous && aligned) {
      reading = this.device.read({ buffer, offset: this.offset * width, bytes: this.bytes });
    } else {
      const dense = this.denseCopy('data');
      reading = this.device.read({ buffer: dense.memory.buffer, offset: 0, bytes: this.bytes });
      dense.dispose();
    }
    const bytes = await reading;
    if (this.dtype === 'f16') return Float32Array.from(new Uint16Array(bytes), fromHalf);
    return new (arrayType(this.dtype))(bytes);
  }

  /** Reads the values as nested arrays. */
  async array(): Promise<NestedArray> {
    return nest(Array.from(await this.data()), this.shape);
  }

  /** Reads the only element. @throws ShapeError if there is more than one. */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new ShapeError(`item: a tensor ${showShape(this.shape)} has ${this.size} elements, not one; use data()`);
    return (await this.data())[0]!;
  }

  /**
   * Accumulates gradients of this tensor into the leaves it depends on, and frees what the graph saved.
   * @param gradient f32, of this shape; defaults to 1 and must be given unless this is a single element.
   * @throws GraphError without a graph, or with one that was used and freed, or if what it saved was modified in place;
   * ShapeError, DTypeError or DeviceError for a gradient that does not fit
   */
  backward(gradient?: Tensor, options: BackwardOptions = {}): void {
    checkOptions<BackwardOptions>('backward', options, { retainGraph: true });
    this.storage('backward');
    if (!this.node) {
      throw new GraphError(
        `backward: this tensor ${showShape(this.shape)} has no graph; it was made under noGrad, by an op without gradient, or from inputs without requiresGrad`,
      );
    }
    this.node.backward(this, gradient, options);
  }

  /** Frees the memory unless views still share it. Idempotent. */
  dispose(): void {
    if (!this.alive) return;
    this.alive = false;
    liveTensors.get(this.device)?.delete(this);
    this.node?.abandon();
    this.node = null;
    this.gradient?.dispose();
    this.gradient = null;
    this.memory.release();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Writes the values to the console as NumPy does: aligned, in short where there are many. */
  async print(options: PrintOptions = {}): Promise<void> {
    // The values of now; how they are written is loaded with the first that are.
    const [values, { formatValues }] = await Promise.all([this.data(), import('./format.js')]);
    console.log(formatValues(values, this.shape, this.dtype, options));
  }

  toString(): string {
    const { dtype, shape, madeBy, device } = this;
    return `Tensor(${dtype}${showShape(shape)} by ${madeBy} on ${device.info.name}${this.alive ? '' : ', disposed'})`;
  }

  /** What `console.log` shows in Node: one line instead of the parts of the object. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** @throws ShapeError, DTypeError or DeviceError unless `gradient` can be the gradient of `tensor`; DisposedError if it is freed */
export function checkGradient(user: string, tensor: Tensor, gradient: Tensor): void {
  if (!(gradient instanceof Tensor)) {
    throw new DTypeError(`${user}: a gradient is a tensor, not ${typeof gradient}; make it with tensor()`);
  }
  gradient.storage(user); // throws if it was disposed
  if (!sameShape(gradient.shape, tensor.shape)) {
    throw new ShapeError(
      `${user}: the gradient ${showShape(gradient.shape)} does not have the shape ${showShape(tensor.shape)} of its tensor; reshape() or expand() it`,
    );
  }
  if (gradient.dtype !== 'f32') throw new DTypeError(`${user}: the gradient is ${gradient.dtype}; cast() it to f32`);
  if (gradient.device !== tensor.device) {
    throw new DeviceError(
      `${user}: the gradient lives on another device than its tensor ${showShape(tensor.shape)}; create both on one device`,
    );
  }
}

const liveTensors = new WeakMap<Device, Set<Tensor>>();

/**
 * Live tensors of a device by the op that made them: what a leak looks like. Largest first.
 * Memory that views share is counted once, with the oldest of its tensors.
 */
export function leakReport(device: Device): { madeBy: string; count: number; bytes: number }[] {
  const rows = new Map<string, { madeBy: string; count: number; bytes: number }>();
  const counted = new Set<Storage>();
  for (const tensor of liveTensors.get(device) ?? []) {
    const { madeBy } = tensor;
    const storage = tensor.storage('leakReport');
    const row = rows.get(madeBy) ?? { madeBy, count: 0, bytes: 0 };
    row.count++;
    if (!counted.has(storage)) row.bytes += storage.bytes;
    counted.add(storage);
    rows.set(madeBy, row);
  }
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes);
}

/** Number of live tensors of a device. */
export function liveTensorCount(device: Device): number {
  return liveTensors.get(device)?.size ?? 0;
}

function arrayType(dtype: DType) {
  return dtype === 'i32' ? Int32Array : dtype === 'u32' ? Uint32Array : Float32Array;
}

function nest(values: number[], shape: Shape): NestedArray {
  if (shape.length === 0) return values[0]!;
  const [dim, ...rest] = shape as [number, ...number[]];
  const step = sizeOf(rest);
  return Array.from({ length: dim }, (_, i) => nest(values.slice(i * step, (i + 1) * step), rest));
}
