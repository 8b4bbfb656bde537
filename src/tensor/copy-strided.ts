import copyWgsl from '../../shaders/tensor/copy.wgsl';
import { BINDING_ALIGNMENT } from '../runtime/constants.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { bytesPerElement, type DType } from './dtype.js';
import { isContiguous, type Shape, showShape, sizeOf } from './shape.js';
import type { Storage } from './storage.js';

/** Strided memory: what a tensor is without its graph. */
export interface View {
  readonly storage: Storage;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly strides: Shape;
  readonly offset: number;
}

const copyWords = defineKernel(copyWgsl, 'word');
const copyWords4 = defineKernel(copyWgsl, 'words4');
const copyHalves = defineKernel(copyWgsl, 'half');
/** Neighbours that one invocation copies. */
const RUN = 4;

/** Axes that one strided kernel can walk. */
export const MAX_RANK = 8;

/** Copies the elements of one view to another of the same shape and dtype, in pieces if they exceed one binding. */
export function copyStrided(source: View, target: View): void {
  const { device } = source.storage;
  const width = bytesPerElement(source.dtype);
  const size = sizeOf(source.shape);
  if (size === 0) return;
  const dense = isContiguous(source.shape, source.strides) && isContiguous(target.shape, target.strides);
  const wordAligned = [source.offset, target.offset, size].every((n) => (n * width) % 4 === 0);
  if (dense && wordAligned && source.storage.buffer !== target.storage.buffer) {
    device.copy(
      { buffer: source.storage.buffer, offset: source.offset * width, bytes: size * width },
      { buffer: target.storage.buffer, offset: target.offset * width, bytes: size * width },
    );
    return;
  }
  const from = window(source);
  const to = window(target);
  const limit = device.maxBindingBytes;
  if (from.slice.bytes > limit || to.slice.bytes > limit) {
    const axis = widestAxis(from.slice.bytes > limit ? source : target);
    const half = Math.floor(source.shape[axis]! / 2);
    for (const [start, count] of [
      [0, half],
      [half, source.shape[axis]! - half],
    ] as const) {
      copyStrided(narrow(source, axis, start, count), narrow(target, axis, start, count));
    }
    return;
  }
  const walk = walkOf(source.shape, from, source.strides, to, target.strides);
  const wide = width === 4 && inFours(walk);
  const { inner, outer, steps, strides, offsets } = wide ? fours(walk) : walk;
  const runs = Math.ceil(inner / RUN);
  const count = sizeOf(outer) * runs;
  device.dispatch(wide ? copyWords4 : width === 4 ? copyWords : copyHalves, {
    bindings: { source: from.slice, output: to.slice },
    params: {
      size: count,
      runs,
      inner,
      source_step: steps[0],
      target_step: steps[1],
      source_offset: offsets[0],
      target_offset: offsets[1],
      rank: outer.length,
      dims: outer,
      source_strides: strides[0],
      target_strides: strides[1],
    },
    invocations: count,
  });
}

/** How a copy walks its two sides: along the innermost axis, and over the outer ones. */
interface Walk {
  readonly inner: number;
  readonly outer: readonly number[];
  /** Of the innermost axis, of source and target; as the strides of the outer axes and the offsets. */
  readonly steps: readonly [number, number];
  readonly strides: readonly [readonly number[], readonly number[]];
  readonly offsets: readonly [number, number];
}

function walkOf(
  shape: Shape,
  from: { offset: number },
  sourceStrides: Shape,
  to: { offset: number },
  targetStrides: Shape,
): Walk {
  const { dims, strides } = mergeAxes(shape, [sourceStrides, targetStrides]);
  const [source, target] = strides as [number[], number[]];
  return {
    inner: dims.at(-1) ?? 1,
    outer: dims.slice(0, -1),
    steps: [source.at(-1) ?? 0, target.at(-1) ?? 0],
    strides: [source.slice(0, -1), target.slice(0, -1)],
    offsets: [from.offset, to.offset],
  };
}

/** True if both sides lie in aligned groups of four elements, so that vectors can be copied. */
function inFours({ inner, steps, strides, offsets }: Walk): boolean {
  return steps.every((step) => step === 1) && [inner, ...offsets, ...strides.flat()].every((n) => n % 4 === 0);
}

/** The same walk in units of four elements. */
function fours({ inner, outer, steps, strides, offsets }: Walk): Walk {
  const quarter = (list: readonly number[]) => list.map((n) => n / 4);
  return {
    inner: inner / 4,
    outer,
    steps,
    strides: [quarter(strides[0]), quarter(strides[1])],
    offsets: [offsets[0] / 4, offsets[1] / 4],
  };
}

/**
 * Joins neighbouring axes that all given strides walk as one, so that shaders divide less.
 * @throws ShapeError if more than 8 axes remain.
 */
export function mergeAxes(shape: Shape, strideSets: readonly Shape[]): { dims: number[]; strides: number[][] } {
  const dims: number[] = [];
  const strides: number[][] = strideSets.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const dim = shape[axis]!;
    if (dim === 1) continue;
    const last = dims.length - 1;
    if (last >= 0 && strideSets.every((set, i) => strides[i]![last] === set[axis]! * dim)) {
      dims[last]! *= dim;
      for (const [i, set] of strideSets.entries()) strides[i]![last] = set[axis]!;
    } else {
      dims.push(dim);
      for (const [i, set] of strideSets.entries()) strides[i]!.push(set[axis]!);
    }
  }
  if (dims.length > MAX_RANK)
    throw new ShapeError(`a strided view ${showShape(shape)} has more than ${MAX_RANK} axes; make it dense first`);
  return { dims, strides };
}

/** The binding that covers a view, starting at the last aligned byte before it. */
function window(view: View) {
  const width = bytesPerElement(view.dtype);
  const start = Math.floor((view.offset * width) / BINDING_ALIGNMENT) * BINDING_ALIGNMENT;
  const last = view.offset + view.shape.reduce((sum, dim, i) => sum + (dim - 1) * view.strides[i]!, 0);
  return { slice: view.storage.slice(start, (last + 1) * width - start), offset: view.offset - start / width };
}

function widestAxis(view: View): number {
  let widest = 0;
  let extent = -1;
  for (const [axis, dim] of view.shape.entries()) {
    const reach = (dim - 1) * view.strides[axis]!;
    if (reach > extent) [widest, extent] = [axis, reach];
  }
  return widest;
}

function narrow(view: View, axis: number, start: number, count: number): View {
  const shape = view.shape.map((dim, i) => (i === axis ? count : dim));
  return { ...view, shape, offset: view.offset + start * view.strides[axis]! };
}
