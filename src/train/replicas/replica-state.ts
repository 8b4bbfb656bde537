import type { EpochSums } from '../../models/checkpoint-info.js';
import { type HostTensor, PREFIX, withPrefix } from '../../models/model-format.js';
import type { RunParts } from '../checkpoint.js';

/** What a replica of the network has become in a round; the average of all has the same form. */
export interface ReplicaState {
  /** Weights, buffers and the optimizer's state, under the names of a checkpoint. */
  readonly tensors: ReadonlyMap<string, HostTensor>;
  /** Numbers of the optimizer, such as its steps. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Place in the stream that dropout draws from. */
  readonly offset: number;
  /** Counted over the pictures of the round. */
  readonly sums: EpochSums;
  /** Pictures that could not be read: name and reason. */
  readonly unreadable: readonly (readonly [string, string])[];
}

/** Makes the parts of a run go on from a state. @throws SppgpuError, ShapeError where it is of another network or optimizer */
export function loadReplicaState({ network, optimizer, generator }: RunParts, state: ReplicaState): void {
  network.loadStateDict(withPrefix(state.tensors, PREFIX.model));
  optimizer.loadStateDict({ tensors: withPrefix(state.tensors, PREFIX.optimizer), numbers: state.numbers });
  generator.loadStateDict({ seed: generator.seed, offset: state.offset });
}
