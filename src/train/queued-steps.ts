import { autocast } from '../autograd/mode.js';
import { savedTensorHooks } from '../autograd/saved-tensors.js';
import type { BatchItem } from '../data/image-batch.js';
import type { EpochSums } from '../models/checkpoint-info.js';
import { mul } from '../ops/mul.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { addBatch } from './epoch-metrics.js';
import type { Objective, Target } from './objective.js';
import { saveAsHalves } from './saved-halves.js';
import type { TrainerOptions } from './trainer-options.js';
import { warmupShare } from './warmup.js';

/** What a forward and backward pass left on the device, until it is read. */
interface Pass {
  readonly loss: Tensor;
  readonly logits: Tensor;
  readonly targets: readonly Target[];
}

/** Optimizer steps of a trainer that the device is given, and what they found once it is read back. */
export class QueuedSteps<Scores extends object> {
  private steps: Pass[][] = [];

  constructor(
    private readonly options: TrainerOptions<Scores>,
    private readonly objective: Objective<Scores>,
  ) {}

  /** Steps whose findings were not read yet. */
  get count(): number {
    return this.steps.length;
  }

  /** One step on a batch. */
  async take(items: readonly BatchItem[], size: number): Promise<void> {
    const { microBatch = items.length } = this.options;
    const passes = [];
    for (let from = 0; from < items.length; from += microBatch) {
      const part = items.slice(from, from + microBatch);
      passes.push(this.forwardBackward(part, size, part.length / items.length));
    }
    await this.update();
    this.steps.push(passes);
  }

  /**
   * Waits for the steps, and adds their loss and scores.
   * @param diverged makes what is thrown for a loss that is not finite
   */
  async read(before: EpochSums, diverged: (what: string) => Error): Promise<EpochSums> {
    const passes = this.steps.splice(0).flat();
    const values = await Promise.all(passes.map(({ loss, logits }) => Promise.all([loss.item(), logits.data()])));
    for (const { loss, logits } of passes) {
      loss.dispose();
      logits.dispose();
    }
    let sums = before;
    for (const [i, [loss, logits]] of values.entries()) {
      const { targets } = passes[i]!;
      if (!Number.isFinite(loss)) throw diverged(`the loss is ${loss}`);
      sums = addBatch(this.objective, sums, loss, logits as Float32Array, targets);
    }
    return sums;
  }

  /** The rate of a step in the warm-up is a share of the schedule's, which stands in the optimizer again afterwards. */
  private async update(): Promise<void> {
    const { optimizer, schedule, scheduleBy, scaler, warmup = 0 } = this.options;
    const { lr } = optimizer;
    optimizer.lr = lr * warmupShare(optimizer.steps, warmup);
    if (scaler) {
      await scaler.step(optimizer);
      scaler.update();
    } else optimizer.step();
    optimizer.lr = lr;
    if (scheduleBy === 'step') schedule.step();
    optimizer.zeroGrad();
  }

  private forwardBackward(items: readonly BatchItem[], size: number, share: number): Pass {
    const { network, prepare, halfActivations, scaler } = this.options;
    // Not the items themselves: their pictures would be kept until the next readback.
    const targets = items.map(({ id, label, labels }): Target => ({ id, label, labels }));
    const forward = () => {
      const logits = network.forward(prepare(items, size));
      return { logits, loss: this.objective.loss(logits, targets) };
    };
    return scope(() => {
      const pass = scaler ? () => autocast(forward) : forward;
      const { logits, loss } = halfActivations ? savedTensorHooks(saveAsHalves, pass) : pass();
      const part = share === 1 ? loss : mul(loss, share);
      (scaler?.scale(part) ?? part).backward();
      return { loss: loss.detach(), logits: logits.detach(), targets };
    });
  }
}
