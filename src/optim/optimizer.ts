import type { Device } from '../runtime/device.js';
import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { gridFor } from '../runtime/grid.js';
import type { Kernel } from '../runtime/kernel.js';
import type { Params } from '../runtime/uniform-arena.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { zeros } from '../tensor/create.js';
import { keep, scope } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Parameters that share multipliers; the paper's nets use twice the rate and no decay for biases. */
export interface ParameterGroup {
  readonly params: readonly Tensor[];
  /** Multiplies the optimizer's learning rate. Default 1. */
  readonly lrMultiplier?: number;
  /** Multiplies the optimizer's weight decay. Default 1. */
  readonly decayMultiplier?: number;
}

/** Everything an optimizer needs to go on: tensors by name, and numbers. */
export interface OptimizerState {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly numbers: Readonly<Record<string, number>>;
}

const WG = 64;

/** Common ground of the optimizers: groups, per-parameter buffers, chunked in-place steps. */
export abstract class Optimizer {
  /** Steps taken. */
  steps = 0;
  protected readonly groups: readonly Required<ParameterGroup>[];
  private readonly buffers = new Map<string, Tensor>();

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup[],
    /** The learning rate; schedules write it. */
    public lr: number,
    private readonly bufferNames: readonly string[],
  ) {
    if (!(lr >= 0)) throw new SppgpuError(`optimizer: learning rate ${lr} is not usable; give a number >= 0`);
    const groups =
      params.length > 0 && 'params' in params[0]!
        ? (params as readonly ParameterGroup[])
        : [{ params: params as readonly Tensor[] }];
    this.groups = groups.map(({ params, lrMultiplier = 1, decayMultiplier = 1 }) => ({
      params,
      lrMultiplier,
      decayMultiplier,
    }));
  }

  /** Updates every parameter that has a gradient, in place. */
  step(): void {
    scope(() => {
      let index = 0;
      for (const group of this.groups) {
        for (const parameter of group.params) {
          if (parameter.grad) this.update(parameter, parameter.grad, group, index);
          index++;
        }
      }
    });
    this.steps++;
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const group of this.groups) {
      for (const parameter of group.params) {
        parameter.grad?.dispose();
        parameter.grad = null;
      }
    }
  }

  state(): OptimizerState {
    return { tensors: new Map(this.buffers), numbers: { steps: this.steps, lr: this.lr } };
  }

  /** Continues from a state of an optimizer over the same parameters. @throws ShapeError where they differ. */
  restore(state: {
    readonly tensors: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>;
    readonly numbers: Readonly<Record<string, number>>;
  }): void {
    const parameters = this.groups.flatMap(({ params }) => params);
    for (const [name, { shape, data }] of state.tensors) {
      const [index, buffer] = [Number(name.split('.')[0]), name.split('.')[1] ?? ''];
      const parameter = parameters[index];
      if (!parameter || !this.bufferNames.includes(buffer))
        throw new SppgpuError(`optimizer state: ${name} belongs to another optimizer or model`);
      if (!sameShape(parameter.shape, shape)) {
        throw new ShapeError(
          `optimizer state: ${name} has shape ${showShape(shape)}, its parameter has ${showShape(parameter.shape)}`,
        );
      }
      const target = this.buffer(parameter, index, buffer);
      target.device.upload(target.storage(name).buffer, 0, data as Float32Array<ArrayBuffer>);
    }
    this.steps = state.numbers.steps ?? this.steps;
    this.lr = state.numbers.lr ?? this.lr;
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.dispose();
    this.buffers.clear();
  }

  protected abstract update(parameter: Tensor, gradient: Tensor, group: Required<ParameterGroup>, index: number): void;

  /** A per-parameter buffer, zero at first. */
  protected buffer(parameter: Tensor, index: number, name: string): Tensor {
    const key = `${index}.${name}`;
    let buffer = this.buffers.get(key);
    if (!buffer) {
      buffer = keep(zeros(parameter.device, parameter.shape));
      this.buffers.set(key, buffer);
    }
    return buffer;
  }

  protected hasBuffer(index: number, name: string): boolean {
    return this.buffers.has(`${index}.${name}`);
  }

  /** Runs an in-place kernel over dense tensors of one shape, in pieces that fit one binding. */
  protected run(device: Device, kernel: Kernel, tensors: Readonly<Record<string, Tensor>>, params: Params): void {
    const list = Object.entries(tensors);
    for (const chunk of chunks(device, list[0]![1].size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(kernel, {
        bindings: Object.fromEntries(list.map(([name, tensor]) => [name, chunkOf(tensor, chunk, 'optimizer')])),
        params: { ...params, size },
        overrides: { WG },
        workgroups: gridFor(size, WG, device.limits.maxComputeWorkgroupsPerDimension),
      });
    }
  }
}

/** Weights at the full rate, biases at twice the rate and without decay: the multipliers of the paper's released nets. */
export function paperGroups(parameters: ReadonlyMap<string, Tensor>): ParameterGroup[] {
  const biases = [...parameters].filter(([name]) => name.endsWith('bias')).map(([, tensor]) => tensor);
  const weights = [...parameters].filter(([name]) => !name.endsWith('bias')).map(([, tensor]) => tensor);
  return [{ params: weights }, { params: biases, lrMultiplier: 2, decayMultiplier: 0 }];
}
