import type { Rng } from '../tensor/rng.js';

/**
 * The inside of a binary linear SVM with w = sum of coefficient_i * x_i (coefficient = alpha * target), in two forms that
 * the solver need not tell apart: over inner products, or over features.
 */
export interface DualSpace {
  /** w . x_i, bias feature included. */
  margin(i: number): number;
  /** w += amount * x_i. */
  add(i: number, amount: number): void;
  /** Passes between measurements of the gap: measuring takes every margin, which is free over inner products only. */
  readonly passesPerMeasurement: number;
}

/** min over w of |w|^2 / 2 + sum of cost_i * max(0, 1 - target_i w.x_i), solved in its dual. */
export interface DualProblem {
  readonly space: DualSpace;
  /** x_i . x_i of each sample, bias feature included. */
  readonly squaredNorms: Float64Array;
  /** +1 or -1 per sample. */
  readonly targets: ArrayLike<number>;
  /** Upper bound of each alpha; 0 leaves a sample out. */
  readonly costs: Float64Array;
  /** Start, changed in place to the solution; `space` must already hold its w. */
  readonly alpha: Float64Array;
  readonly tolerance: number;
  readonly maximumPasses: number;
  readonly shrinking: boolean;
  readonly rng: Rng;
}

/** Objectives in float64; `relativeGap` = (primal - dual) / primal bounds how far the primal is from its optimum. */
export interface Objective {
  readonly primal: number;
  readonly dual: number;
  readonly relativeGap: number;
}

function measure({ space, targets, costs, alpha }: DualProblem): Objective {
  let [squaredNorm, loss, alphaSum] = [0, 0, 0];
  for (let i = 0; i < alpha.length; i += 1) {
    if (costs[i] === 0) continue;
    const agreement = targets[i]! * space.margin(i);
    squaredNorm += alpha[i]! * agreement;
    loss += costs[i]! * Math.max(0, 1 - agreement);
    alphaSum += alpha[i]!;
  }
  const primal = squaredNorm / 2 + loss;
  const dual = alphaSum - squaredNorm / 2;
  return { primal, dual, relativeGap: primal === 0 ? 0 : Math.max(0, primal - dual) / primal };
}

/** Projected gradients within these bounds were seen in the last pass; samples beyond them are shrunk. */
interface Bounds {
  highest: number;
  lowest: number;
}

const UNBOUNDED: Bounds = { highest: Number.POSITIVE_INFINITY, lowest: Number.NEGATIVE_INFINITY };

/** One pass in random order over the first `active` samples; shrunk samples move behind them. Returns the new count and bounds. */
function descend(
  problem: DualProblem,
  order: Int32Array,
  activeAtStart: number,
  last: Bounds,
): Bounds & { active: number } {
  const { space, squaredNorms, targets, costs, alpha, shrinking, rng } = problem;
  let [active, highest, lowest] = [activeAtStart, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  rng.shuffle(order.subarray(0, active));
  for (let s = 0; s < active; s += 1) {
    const i = order[s]!;
    const old = alpha[i]!;
    const cost = costs[i]!;
    const gradient = targets[i]! * space.margin(i) - 1;
    const atZero = old === 0;
    const atCost = old === cost;
    if (shrinking && ((atZero && gradient > last.highest) || (atCost && gradient < last.lowest))) {
      active -= 1;
      order[s] = order[active]!;
      order[active] = i;
      s -= 1;
      continue;
    }
    const projected = atZero ? Math.min(gradient, 0) : atCost ? Math.max(gradient, 0) : gradient;
    highest = Math.max(highest, projected);
    lowest = Math.min(lowest, projected);
    if (Math.abs(projected) < 1e-12) continue;
    const next = Math.min(Math.max(old - gradient / squaredNorms[i]!, 0), cost);
    alpha[i] = next;
    if (next !== old) space.add(i, (next - old) * targets[i]!);
  }
  return { active, highest, lowest };
}

/**
 * Dual coordinate descent for the L2-regularised hinge loss with shrinking (Hsieh, Chang, Lin, Keerthi, Sundararajan, "A dual
 * coordinate descent method for large-scale linear SVM", ICML 2008, Algorithm 3: what LIBLINEAR's solver 3 does), stopped by
 * the duality gap instead of the gradient's spread, since the gap bounds the error itself.
 */
export function solveDual(problem: DualProblem): Objective & { readonly passes: number; readonly converged: boolean } {
  const { costs, space, tolerance, maximumPasses } = problem;
  const order = Int32Array.from(costs.keys()).filter((i) => costs[i]! > 0);
  let active = order.length;
  let bounds = UNBOUNDED;
  // Spread of projected gradients at which the active samples count as solved; tightened while the gap is not met.
  let spread = 0.1;
  let current = measure(problem);
  let passes = 0;
  while (current.relativeGap > tolerance && passes < maximumPasses) {
    const pass = descend(problem, order, active, bounds);
    passes += 1;
    active = pass.active;
    const solved = active === 0 || pass.highest - pass.lowest <= spread;
    if (solved || passes % space.passesPerMeasurement === 0 || passes === maximumPasses) current = measure(problem);
    if (solved) {
      if (active === order.length) spread = Math.max(spread / 4, 1e-14);
      active = order.length;
      bounds = UNBOUNDED;
    } else {
      // A bound on the wrong side of zero would shrink samples that are still wanted.
      bounds = {
        highest: pass.highest > 0 ? pass.highest : UNBOUNDED.highest,
        lowest: pass.lowest < 0 ? pass.lowest : UNBOUNDED.lowest,
      };
    }
  }
  return { ...current, passes, converged: current.relativeGap <= tolerance };
}
