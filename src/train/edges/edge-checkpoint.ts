import { EDGE_FORMAT, type EdgeDescription, edgeDescription } from '../../detect/edges/edge-file.js';
import type { EdgeNet } from '../../detect/edges/edge-net.js';
import { type HostTensor, PREFIX, withPrefix } from '../../models/model-format.js';
import type { Optimizer } from '../../optim/optimizer.js';
import { FileError, SppgpuError } from '../../runtime/errors.js';
import type { Checkpoint } from '../checkpoint.js';
import { divergence } from '../divergence.js';
import type { EdgeRecipe } from './edge-recipe.js';

/** An epoch as the log and the checkpoint keep it; epochs count from 0. */
export interface EdgeEpoch {
  readonly epoch: number;
  /** Mean over the steps of the loss over its pixels' mean weight, in nats. */
  readonly loss: number;
  readonly lr: number;
  readonly crops: number;
  readonly seconds: number;
}

/** Where a run stands. */
export interface EdgePosition {
  readonly epoch: number;
  /** Batches of the epoch that are done. */
  readonly step: number;
  /** Over these batches. */
  readonly sums: { readonly crops: number; readonly loss: number };
}

/** All but tensors that a run needs to go on. */
export interface EdgeRunInfo extends EdgeDescription {
  readonly recipe: EdgeRecipe;
  /** The pictures it is made of, in words. */
  readonly data: string;
  readonly position: EdgePosition;
  readonly optimizer: Readonly<Record<string, number>>;
  readonly history: readonly EdgeEpoch[];
}

/** Reads weights and optimizer back from the device. @throws SppgpuError if one of them is not finite */
export async function captureEdgeRun(
  net: EdgeNet,
  optimizer: Optimizer,
  about: Pick<EdgeRunInfo, 'recipe' | 'data' | 'position' | 'history'>,
): Promise<Checkpoint> {
  const state = optimizer.stateDict();
  const named = [
    ...[...net.stateDict()].map(([name, tensor]) => [PREFIX.model + name, tensor] as const),
    ...[...state.tensors].map(([name, tensor]) => [PREFIX.optimizer + name, tensor] as const),
  ];
  const values = await Promise.all(named.map(([, tensor]) => tensor.data()));
  const tensors = new Map<string, HostTensor>();
  for (const [i, [name, { shape }]] of named.entries()) {
    const data = values[i] as Float32Array<ArrayBuffer>;
    if (!data.every(Number.isFinite)) {
      throw divergence(`${name} is not finite`, about.position.epoch, about.position.step);
    }
    tensors.set(name, { shape, data });
  }
  const { recipe, data, position, history } = about;
  const info = { widths: net.widths, recipe, data, position, optimizer: state.numbers, history };
  return { tensors, metadata: { format: EDGE_FORMAT, sppgpu: JSON.stringify(info) } };
}

/** What a checkpoint says of its run. @throws FileError where a field is missing or of another kind */
export function edgeRunInfo(metadata: Readonly<Record<string, string>>, file: string): EdgeRunInfo {
  const info = edgeDescription(metadata, file) as Partial<EdgeRunInfo>;
  const { recipe, data, position, optimizer, history } = info;
  const isRun =
    typeof data === 'string' &&
    isNumbers(recipe) &&
    isNumbers(optimizer) &&
    isPosition(position) &&
    Array.isArray(history) &&
    history.length === position.epoch &&
    history.every(isNumbers);
  if (!isRun) {
    throw new FileError(file, 'its description is damaged: it does not say how to go on', 'train anew');
  }
  return info as EdgeRunInfo;
}

const isNumbers = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' && value !== null && Object.values(value).every(Number.isFinite);

function isPosition(value: unknown): value is EdgePosition {
  const { epoch, step, sums } = (value ?? {}) as Partial<EdgePosition>;
  return [epoch, step].every((count) => Number.isSafeInteger(count) && count! >= 0) && isNumbers(sums);
}

/** Puts everything back. @throws FileError where the tensors are not those of the net and its optimizer */
export function restoreEdgeRun(
  net: EdgeNet,
  optimizer: Optimizer,
  { tensors }: Checkpoint,
  info: EdgeRunInfo,
  file: string,
): void {
  try {
    net.loadStateDict(withPrefix(tensors, PREFIX.model));
    optimizer.loadStateDict({ tensors: withPrefix(tensors, PREFIX.optimizer), numbers: info.optimizer });
  } catch (error) {
    if (!(error instanceof SppgpuError)) throw error;
    throw new FileError(file, error.message, 'use an undamaged copy, or train anew');
  }
}
