import { rowMajorStrides } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { dense } from '../op.js';
import type { ReductionPlan } from './axes.js';
import type { RowAlgorithm } from './row-ladder.js';
import { sumAxis } from './sum-axis.js';

/** The sum over the axes of a plan, without a graph: dense, in the plan's shape with the axes dropped. */
export function sumOver(op: string, x: Tensor, plan: ReductionPlan, algorithm?: RowAlgorithm): Tensor {
  const total = plan.passes.reduce((partial, pass) => sumAxis(op, partial, pass, algorithm), dense(x, op));
  return total.view(plan.shape, rowMajorStrides(plan.shape), total.offset, op);
}
