import type { LabelKind } from '../data/dataset.js';
import type { ModelOptions } from '../models/architecture.js';
import type { Network } from '../models/network.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Schedule, ScheduleState } from '../optim/schedules.js';
import { FileError } from '../runtime/errors.js';
import type { Generator, StreamPosition } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Position } from './trainer.js';

const FORMAT = 'sppgpu-checkpoint-1';
const MODEL = 'model.';
const OPTIMIZER = 'optimizer.';
const DATA = 'data.';

/** Everything but tensors that a run needs to go on. */
export interface CheckpointInfo {
  readonly model: { readonly name: string; readonly options: ModelOptions };
  readonly classes: readonly string[];
  /** Whether pictures have one class (softmax) or several (sigmoid); absent in older files: one. */
  readonly labels?: LabelKind;
  readonly position: Position;
  readonly optimizer: Readonly<Record<string, number>>;
  readonly schedule: ScheduleState;
  readonly generator: StreamPosition;
  /** What the run was started with: arguments, preprocessing, history; plain JSON. */
  readonly run: Readonly<Record<string, unknown>>;
}

/** The parts of a run that a checkpoint captures. */
export interface RunParts {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly generator: Generator;
  /** What else of the run are tensors, e.g. the mean picture. */
  readonly data?: ReadonlyMap<string, HostTensor>;
}

export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** A checkpoint in memory, ready for a safetensors file. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a run's weights and optimizer state back from the device. */
export async function captureCheckpoint(
  parts: RunParts,
  about: Pick<CheckpointInfo, 'classes' | 'labels' | 'position' | 'run'>,
): Promise<Checkpoint> {
  const { network, optimizer, schedule, generator } = parts;
  const state = optimizer.state();
  const { name, options } = network.architecture;
  const info: CheckpointInfo = {
    ...about,
    model: { name, options },
    optimizer: state.numbers,
    schedule: schedule.state(),
    generator: generator.state,
  };
  const named: [string, Tensor][] = [
    ...[...network.stateDict()].map(([key, tensor]): [string, Tensor] => [MODEL + key, tensor]),
    ...[...state.tensors].map(([key, tensor]): [string, Tensor] => [OPTIMIZER + key, tensor]),
  ];
  const values = await Promise.all(named.map(([, tensor]) => tensor.data()));
  const tensors = new Map<string, HostTensor>(
    named.map(([key, { shape }], i) => [key, { shape, data: values[i] as Float32Array<ArrayBuffer> }]),
  );
  for (const [name, entry] of parts.data ?? []) tensors.set(DATA + name, entry);
  return { tensors, metadata: { format: FORMAT, sppgpu: JSON.stringify(info) } };
}

/** What a checkpoint says about itself. @throws FileError if it is none. */
export function checkpointInfo(metadata: Readonly<Record<string, string>>, file: string): CheckpointInfo {
  if (metadata.format !== FORMAT || !metadata.sppgpu) {
    throw new FileError(
      file,
      `is not a checkpoint of this program (format ${metadata.format ?? 'missing'})`,
      'give a file that `sppgpu train` or `sppgpu demo` wrote',
    );
  }
  try {
    const info = JSON.parse(metadata.sppgpu) as CheckpointInfo;
    if (!info.model?.name || !Array.isArray(info.classes) || !info.position) throw new Error('fields are missing');
    return info;
  } catch {
    throw new FileError(file, 'its description is damaged', 'use an earlier checkpoint');
  }
}

/** The weights of a checkpoint by state-dict name. */
export function checkpointWeights({ tensors }: Pick<Checkpoint, 'tensors'>): Map<string, HostTensor> {
  return withoutPrefix(tensors, MODEL);
}

/** The run's other tensors by name. */
export function checkpointData({ tensors }: Pick<Checkpoint, 'tensors'>): Map<string, HostTensor> {
  return withoutPrefix(tensors, DATA);
}

/** Puts everything back: the run continues as if it had never stopped. */
export function restoreCheckpoint(parts: RunParts, checkpoint: Checkpoint, file: string): CheckpointInfo {
  const info = checkpointInfo(checkpoint.metadata, file);
  parts.network.loadStateDict(checkpointWeights(checkpoint));
  parts.optimizer.restore({ tensors: withoutPrefix(checkpoint.tensors, OPTIMIZER), numbers: info.optimizer });
  parts.schedule.restore(info.schedule);
  parts.generator.restore(info.generator);
  return info;
}

function withoutPrefix<T>(tensors: ReadonlyMap<string, T>, prefix: string): Map<string, T> {
  return new Map(
    [...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
