import { noGrad } from '../autograd/mode.js';
import { concat } from '../ops/concat.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { sum } from '../ops/sum.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkOptions, checkSetting, type OptionNames, requireState } from '../runtime/options.js';
import { keep, scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { replaceGradient } from './clip-gradients.js';
import type { Optimizer } from './optimizer.js';

export interface GradScalerOptions {
  /** Default 65536. Powers of two change no bit of a gradient in range. */
  readonly initScale?: number;
  /** What the scale is multiplied by after `growthInterval` steps in a row that were taken. Default 2. */
  readonly growthFactor?: number;
  /** What it is multiplied by after a step that was not. Default 0.5. */
  readonly backoffFactor?: number;
  /** Default 2000. */
  readonly growthInterval?: number;
}

const NAMES: OptionNames<GradScalerOptions> = {
  initScale: true,
  growthFactor: true,
  backoffFactor: true,
  growthInterval: true,
};

/** What a scaler has learnt: plain numbers. */
export interface GradScalerState {
  readonly scale: number;
  /** Steps in a row that were taken. */
  readonly growthTracker: number;
}

/**
 * Keeps gradients of `autocast` in the range of f16: PyTorch's `GradScaler`. The loss is multiplied by a scale, gradients are
 * divided by it again, and a step whose gradients are not finite is left out.
 *
 * ```ts
 * scaler.scale(autocast(() => loss(network.forward(x), target))).backward();
 * await scaler.step(optimizer);
 * scaler.update();
 * optimizer.zeroGrad();
 * ```
 */
export class GradScaler {
  private readonly settings: Required<Omit<GradScalerOptions, 'initScale'>>;
  private current: number;
  private tracker = 0;
  /** Since the last `update`: one number per optimizer, finite if all of its gradients are; null once it has stepped. */
  private readonly flags = new Map<Optimizer, Tensor | null>();
  private overflowed = false;

  /** @throws SppgpuError for a setting that would never let the scale grow or shrink */
  constructor(options: GradScalerOptions = {}) {
    checkOptions('GradScaler', options, NAMES);
    const { initScale = 65536, growthFactor = 2, backoffFactor = 0.5, growthInterval = 2000 } = options;
    checkSetting('GradScaler', 'initScale', initScale, { above: 0 });
    checkSetting('GradScaler', 'growthFactor', growthFactor, { above: 1 });
    checkSetting('GradScaler', 'backoffFactor', backoffFactor, { above: 0, below: 1 });
    checkSetting('GradScaler', 'growthInterval', growthInterval, { least: 1, integer: true });
    this.current = initScale;
    this.settings = { growthFactor, backoffFactor, growthInterval };
  }

  /** The factor of now. */
  getScale(): number {
    return this.current;
  }

  /** The loss times the scale, to call `backward()` on. */
  scale(loss: Tensor): Tensor {
    return mul(loss, this.current);
  }

  /**
   * Divides the gradients of an optimizer by the scale, for what looks at them before the step: `clipGradNorm`, say. `step`
   * does it otherwise.
   * @throws SppgpuError if it was done since the last `update`, or no parameter has a gradient
   */
  unscale(optimizer: Optimizer): void {
    if (this.flags.has(optimizer)) {
      throw new SppgpuError(
        'GradScaler: the gradients were unscaled since the last update(); call update() after step()',
      );
    }
    const owners = optimizer.parameters.filter(({ grad }) => grad);
    if (owners.length === 0) {
      throw new SppgpuError('GradScaler: no parameter has a gradient; call scale(loss).backward() first');
    }
    const flag = noGrad(() =>
      scope(() => {
        for (const owner of owners) replaceGradient(owner, mul(owner.grad!, 1 / this.current));
        // An infinity or NaN anywhere makes the sum one of them: one number to wait for, whatever the number of parameters.
        return keep(sum(concat(owners.map(({ grad }) => reshape(sum(grad!), [1])))));
      }),
    );
    this.flags.set(optimizer, flag);
  }

  /**
   * Steps the optimizer if all of its gradients are finite, which is waited for.
   * @returns whether the step was taken
   * @throws SppgpuError if it stepped since the last `update`
   */
  async step(optimizer: Optimizer): Promise<boolean> {
    if (!this.flags.has(optimizer)) this.unscale(optimizer);
    const flag = this.flags.get(optimizer);
    if (!flag) throw new SppgpuError('GradScaler: this optimizer has stepped since the last update(); call update()');
    this.flags.set(optimizer, null);
    const value = await flag.item().finally(() => flag.dispose());
    const finite = Number.isFinite(value);
    if (finite) optimizer.step();
    else this.overflowed = true;
    return finite;
  }

  /**
   * Shrinks the scale if a step was left out since the last call, and lets it grow after enough that were taken.
   * @throws SppgpuError without a `step` since then
   */
  update(): void {
    const { growthFactor, backoffFactor, growthInterval } = this.settings;
    const stepped = [...this.flags.values()].includes(null);
    for (const flag of this.flags.values()) flag?.dispose();
    this.flags.clear();
    if (!stepped)
      throw new SppgpuError('GradScaler: no optimizer has stepped since the last update(); call step() first');
    this.tracker = this.overflowed ? 0 : this.tracker + 1;
    if (this.overflowed) this.current *= backoffFactor;
    else if (this.tracker === growthInterval) {
      this.current *= growthFactor;
      this.tracker = 0;
    }
    this.overflowed = false;
  }

  /** What it takes to go on with the same scales. */
  stateDict(): GradScalerState {
    return { scale: this.current, growthTracker: this.tracker };
  }

  /** @throws SppgpuError for a scale that is not above 0, or a count that is not one */
  loadStateDict(state: GradScalerState): void {
    requireState('GradScaler state', state);
    const { scale, growthTracker } = state;
    checkSetting('GradScaler state', 'scale', scale, { above: 0 });
    checkSetting('GradScaler state', 'growthTracker', growthTracker, { least: 0, integer: true });
    this.current = scale;
    this.tracker = growthTracker;
  }
}
