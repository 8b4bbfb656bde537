/** One parameter's optimizer steps in float64, as PyTorch defines them. */

export interface SgdAttrs {
  learningRate: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
}

/** The parameter after each step: g += decay p; v = momentum v + g (v = g at first); p -= rate (g + momentum v, or v). */
export function sgd(start: readonly number[], gradients: readonly (readonly number[])[], attrs: SgdAttrs): number[][] {
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = attrs;
  const velocity = start.map(() => 0);
  let parameter = [...start];
  return gradients.map((gradient) => {
    parameter = parameter.map((p, i) => {
      const g = gradient[i]! + weightDecay * p;
      velocity[i] = momentum * velocity[i]! + g;
      return p - learningRate * (nesterov ? g + momentum * velocity[i] : velocity[i]);
    });
    return parameter;
  });
}

export interface AdamAttrs {
  learningRate: number;
  betas?: [number, number];
  epsilon?: number;
  weightDecay?: number;
  /** AdamW: the decay shrinks the parameter instead of joining the gradient. */
  decoupled?: boolean;
}

/** The parameter after each step of Adam (Kingma, Ba 2015) or AdamW (Loshchilov, Hutter 2019). */
export function adam(
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  attrs: AdamAttrs,
): number[][] {
  const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, decoupled = false } = attrs;
  const first = start.map(() => 0);
  const second = start.map(() => 0);
  let parameter = [...start];
  return gradients.map((gradient, t) => {
    parameter = parameter.map((p, i) => {
      const shrunk = decoupled ? p * (1 - learningRate * weightDecay) : p;
      const g = gradient[i]! + (decoupled ? 0 : weightDecay * p);
      first[i] = betas[0] * first[i]! + (1 - betas[0]) * g;
      second[i] = betas[1] * second[i]! + (1 - betas[1]) * g * g;
      const mean = first[i] / (1 - betas[0] ** (t + 1));
      const deviation = Math.sqrt(second[i] / (1 - betas[1] ** (t + 1)));
      return shrunk - (learningRate * mean) / (deviation + epsilon);
    });
    return parameter;
  });
}
