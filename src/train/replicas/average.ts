import type { HostTensor } from '../../models/model-format.js';
import { SppgpuError } from '../../runtime/errors.js';
import { addSums, NO_EXAMPLES } from '../epoch-metrics.js';
import type { ReplicaState } from './replica-state.js';

/**
 * The mean of rows of one length, each with its weight, summed in float64 in the order given: the same bits whoever came first,
 * and the row itself where there is one, or all are equal.
 * @param weights whole numbers of at least 0, not all 0
 */
export function weightedMean(rows: readonly Float32Array[], weights: readonly number[]): Float32Array<ArrayBuffer> {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = new Float32Array(rows[0]!.length);
  for (let i = 0; i < mean.length; i += 1) {
    let sum = 0;
    for (let r = 0; r < rows.length; r += 1) sum += weights[r]! * rows[r]![i]!;
    mean[i] = sum / whole;
  }
  return mean;
}

/** Everything of a state but its tensors. */
export type ReplicaCounts = Omit<ReplicaState, 'tensors'>;

/**
 * The replicas that count: those that have trained on a picture; where none has, the first, which is then as the round began.
 * Each weighs as much as it has seen pictures.
 */
export function weighed<T extends { readonly sums: { readonly examples: number } }>(
  states: readonly T[],
): { readonly states: readonly T[]; readonly weights: readonly number[] } {
  const trained = states.filter(({ sums }) => sums.examples > 0);
  if (trained.length === 0) return { states: states.slice(0, 1), weights: [1] };
  return { states: trained, weights: trained.map(({ sums }) => sums.examples) };
}

/** What was counted is added up; steps and places in random streams go on from where the furthest replica stands. */
export function averageCounts(states: readonly ReplicaCounts[]): ReplicaCounts {
  const numbers: Record<string, number> = {};
  for (const state of weighed(states).states) {
    for (const [name, value] of Object.entries(state.numbers)) numbers[name] = Math.max(numbers[name] ?? 0, value);
  }
  return {
    numbers,
    offset: Math.max(...states.map(({ offset }) => offset)),
    sums: states.map(({ sums }) => sums).reduce(addSums, NO_EXAMPLES),
    unreadable: states.flatMap(({ unreadable }) => unreadable),
  };
}

/**
 * The average of replicas, in their order: of weights, of what the optimizer has gathered and of running statistics alike, each by
 * the number of pictures that it has trained on. With one step between two averages this is what the average of the gradients gives,
 * for SGD with momentum, whose state is linear in them.
 * @throws SppgpuError where they are not of one network
 */
export function averageReplicas(states: readonly ReplicaState[]): ReplicaState {
  const { states: counted, weights } = weighed(states);
  const tensors = new Map<string, HostTensor>();
  for (const [name, { shape }] of counted[0]!.tensors) {
    const rows = counted.map((state) => state.tensors.get(name)?.data);
    if (rows.some((row) => row?.length !== rows[0]!.length)) {
      throw new SppgpuError(`replicas: ${name} is not in all of them, or of other shapes; average those of one run`);
    }
    tensors.set(name, { shape, data: weightedMean(rows as Float32Array[], weights) });
  }
  return { ...averageCounts(states), tensors };
}
