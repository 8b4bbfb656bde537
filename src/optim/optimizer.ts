import type { Device } from '../runtime/device.js';
import { ShapeError, SppgpuError } from '../runtime/errors.js';
import { gridFor } from '../runtime/grid.js';
import type { Kernel } from '../runtime/kernel.js';
import type { Params } from '../runtime/uniform-arena.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { zeros } from '../tensor/create.js';
import { keep, scope } from '../tensor/scope.js';
import { sameShape, showShape, sizeOf } from '../tensor/shape.js';
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
    checkParameters(this.groups.flatMap(({ params }) => params));
  }

  /** Updates every parameter that has a gradient, in place. */
  step(): void {
    scope(() => {
      let index = 0;
      for (const group of this.groups) {
        for (const parameter of group.params) {
          if (parameter.grad) {
            this.update(parameter, parameter.grad, group, index);
            parameter.markModified();
          }
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

  /**
   * Continues from a state of an optimizer over the same parameters; what this one had gathered is dropped.
   * @throws ShapeError, SppgpuError where they differ; this optimizer is unchanged then
   */
  restore(state: {
    readonly tensors: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>;
    readonly numbers: Readonly<Record<string, number>>;
  }): void {
    const parameters = this.groups.flatMap(({ params }) => params);
    const found = [...state.tensors].map(([name, { shape, data }]) => {
      const [, index, buffer = ''] = /^(\d+)\.(\w+)$/u.exec(name) ?? [];
      const parameter = parameters[Number(index)];
      if (!parameter || !this.bufferNames.includes(buffer)) {
        const own = `${this.bufferNames.join(' and ')} for each of ${parameters.length} parameters`;
        throw new SppgpuError(
          `optimizer state: has ${name}, this optimizer keeps ${own}; restore it into an optimizer of the kind, and a model, that wrote it`,
        );
      }
      if (!sameShape(parameter.shape, shape)) {
        throw new ShapeError(
          `optimizer state: ${name} has shape ${showShape(shape)}, its parameter has ${showShape(parameter.shape)}; build the model that wrote the state`,
        );
      }
      if (data.length !== sizeOf(shape)) {
        throw new ShapeError(
          `optimizer state: ${name} has ${data.length} values for the shape ${showShape(shape)} of ${sizeOf(shape)}; the state is damaged, take another`,
        );
      }
      return { name, parameter, index: Number(index), buffer, data };
    });
    this.dispose();
    for (const { name, parameter, index, buffer, data } of found) {
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

/** Steps are taken in place on whole storages: a view would be updated in the wrong order, or with its neighbours. */
function checkParameters(parameters: readonly Tensor[]): void {
  for (const [index, tensor] of parameters.entries()) {
    const about = `optimizer: parameter ${index} ${showShape(tensor.shape)}`;
    if (!tensor.contiguous || tensor.storage('optimizer').bytes !== tensor.bytes) {
      throw new SppgpuError(`${about} is a view of other memory; make it with parameter(), which copies`);
    }
    if (parameters.indexOf(tensor) !== index) {
      throw new SppgpuError(`${about} is listed twice and would be stepped twice; list shared weights once`);
    }
  }
}

/** Weights at the full rate, biases at twice the rate and without decay: the multipliers of the paper's released nets. */
export function paperGroups(parameters: ReadonlyMap<string, Tensor>): ParameterGroup[] {
  const biases = new Set([...parameters].filter(([name]) => name.endsWith('bias')).map(([, tensor]) => tensor));
  const weights = new Set([...parameters.values()].filter((tensor) => !biases.has(tensor)));
  return [{ params: [...weights] }, { params: [...biases], lrMultiplier: 2, decayMultiplier: 0 }];
}
