import { dense } from '../ops/op.js';
import type { Device } from '../runtime/device.js';
import { DeviceError, DTypeError, SppgpuError } from '../runtime/errors.js';
import type { Kernel } from '../runtime/kernel.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { ParamValues } from '../runtime/params.js';
import type { Overrides } from '../runtime/pipelines.js';
import type { ShaderInterface } from '../runtime/shader.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { zeros } from '../tensor/create.js';
import { keep, scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkedBuffers, numbersOf, type OptimizerState, type StoredOptimizerState } from './optimizer-state.js';

/** Parameters that share multipliers; the paper's nets use twice the rate and no decay for biases. */
export interface ParameterGroup {
  readonly params: readonly Tensor[];
  /** Multiplies the optimizer's learning rate. Default 1. */
  readonly lrMultiplier?: number;
  /** Multiplies the optimizer's weight decay. Default 1. */
  readonly decayMultiplier?: number;
}

const GROUP_NAMES: OptionNames<ParameterGroup> = { params: true, lrMultiplier: true, decayMultiplier: true };

/** Common ground of the optimizers: groups, per-parameter buffers, chunked in-place steps. */
export abstract class Optimizer {
  protected readonly groups: readonly Required<ParameterGroup>[];
  private readonly buffers = new Map<string, Tensor>();
  private taken = 0;
  private rate = 0;

  constructor(
    params: readonly Tensor[] | readonly ParameterGroup[],
    lr: number,
    private readonly bufferNames: readonly string[],
  ) {
    this.lr = lr;
    this.groups = groupsOf(params);
    checkParameters(this.parameters);
  }

  /** All parameters, in the order of the groups. */
  get parameters(): readonly Tensor[] {
    return this.groups.flatMap(({ params }) => params);
  }

  /** Steps taken. */
  get steps(): number {
    return this.taken;
  }

  /** The learning rate; schedules write it. */
  get lr(): number {
    return this.rate;
  }

  /** @throws SppgpuError for a rate that is negative or not finite */
  set lr(rate: number) {
    checkSetting('optimizer', 'learning rate', rate, { least: 0 });
    this.rate = rate;
  }

  /** Updates every parameter that has a gradient, in place. */
  step(): void {
    scope(() => {
      let index = 0;
      for (const group of this.groups) {
        for (const parameter of group.params) {
          if (parameter.grad) {
            this.update(parameter, readable(parameter.grad, parameter), group, index);
            parameter.markModified();
          }
          index++;
        }
      }
    });
    this.taken++;
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
  }

  /** All that the optimizer has gathered. `saveSafetensors(file, optimizer.stateDict())` stores it. */
  stateDict(): OptimizerState {
    return { tensors: new Map(this.buffers), numbers: { steps: this.steps, lr: this.lr } };
  }

  /**
   * Continues from the state of an optimizer over the same parameters, or from what `loadSafetensors` read of it; what this
   * one had gathered is dropped.
   * @throws ShapeError, SppgpuError where they differ; this optimizer is unchanged then
   */
  loadStateDict(state: StoredOptimizerState): void {
    const { parameters } = this;
    const numbers = numbersOf(state);
    const { steps = this.steps, lr = this.lr } = numbers;
    checkSetting('optimizer state', 'steps', steps, { least: 0, integer: true });
    checkSetting('optimizer state', 'learning rate', lr, { least: 0 });
    const found = checkedBuffers(state, parameters, this.bufferNames);
    this.dispose();
    for (const { name, index, buffer, data } of found) {
      const target = this.buffer(parameters[index]!, index, buffer);
      target.device.upload(target.storage(name).buffer, 0, data);
    }
    this.taken = steps;
    this.lr = lr;
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
  protected run<I extends ShaderInterface>(
    device: Device,
    kernel: Kernel<I>,
    tensors: Readonly<Record<I['bindings'], Tensor>>,
    params: Omit<ParamValues<I['params']>, 'size'>,
    overrides: Overrides = {},
  ): void {
    const list = Object.entries<Tensor>(tensors);
    for (const chunk of chunks(device, list[0]![1].size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(kernel as Kernel, {
        bindings: Object.fromEntries(list.map(([name, tensor]) => [name, chunkOf(tensor, chunk, 'optimizer')])),
        params: { ...params, size },
        overrides,
        invocations: size,
      });
    }
  }
}

/** A gradient as the kernels read it: dense, and in other memory than the parameter that they write. */
function readable(gradient: Tensor, parameter: Tensor): Tensor {
  if (gradient.storage('optimizer') === parameter.storage('optimizer')) return gradient.denseCopy('optimizer');
  return dense(gradient, 'optimizer');
}

function groupsOf(params: readonly Tensor[] | readonly ParameterGroup[]): Required<ParameterGroup>[] {
  const isGroup = (entry: unknown): entry is ParameterGroup =>
    typeof entry === 'object' && entry !== null && 'params' in entry;
  const list: readonly unknown[] = Array.isArray(params) ? params : [];
  const groups = list.every(isGroup) ? list : [{ params: list as readonly Tensor[] }];
  return groups.map((group) => {
    checkOptions('parameter group', group, GROUP_NAMES);
    const { params, lrMultiplier = 1, decayMultiplier = 1 } = group;
    checkSetting('parameter group', 'lrMultiplier', lrMultiplier, { least: 0 });
    checkSetting('parameter group', 'decayMultiplier', decayMultiplier, { least: 0 });
    return { params: [...params], lrMultiplier, decayMultiplier };
  });
}

/** Steps are taken in place on whole storages: a view would be updated in the wrong order, or with its neighbours. */
function checkParameters(parameters: readonly Tensor[]): void {
  if (parameters.length === 0) {
    throw new SppgpuError('optimizer: there are no parameters; give a list of tensors, such as network.parameters()');
  }
  const seen = new Set<Tensor>();
  for (const [index, tensor] of parameters.entries()) {
    if (!(tensor instanceof Tensor)) {
      throw new DTypeError(`optimizer: parameter ${index} is ${tensor}, not a tensor; make it with parameter()`);
    }
    const about = `optimizer: parameter ${index} ${showShape(tensor.shape)}`;
    if (tensor.dtype !== 'f32') throw new DTypeError(`${about} is ${tensor.dtype}; cast() it to f32`);
    if (!tensor.contiguous || tensor.storage('optimizer').bytes !== tensor.bytes) {
      throw new SppgpuError(`${about} is a view of other memory; make it with parameter(), which copies`);
    }
    if (tensor.node) {
      throw new SppgpuError(`${about} is a result of ${tensor.node.op}; make it with parameter(), which copies`);
    }
    if (seen.has(tensor)) {
      throw new SppgpuError(`${about} is listed twice and would be stepped twice; list shared weights once`);
    }
    if (tensor.device !== parameters[0]!.device) {
      throw new DeviceError(`${about} is on another device than the first; use an optimizer for each device`);
    }
    seen.add(tensor);
  }
}

/** Weights at the full rate, biases at twice the rate and without decay: the multipliers of the paper's released nets. */
export function paperGroups(parameters: ReadonlyMap<string, Tensor>): ParameterGroup[] {
  const biases = new Set([...parameters].filter(([name]) => name.endsWith('bias')).map(([, tensor]) => tensor));
  const weights = new Set([...parameters.values()].filter((tensor) => !biases.has(tensor)));
  return [{ params: [...weights] }, { params: [...biases], lrMultiplier: 2, decayMultiplier: 0 }];
}
