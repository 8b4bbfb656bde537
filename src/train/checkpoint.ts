import { finiteFloat32 } from '../io/float32.js';
import { parseSafetensors, type StoredTensor, serializeSafetensors } from '../io/safetensors.js';
import { type CheckpointInfo, checkpointInfo, checkpointMetadata, type Position } from '../models/checkpoint-info.js';
import { type HostTensor, PREFIX, withPrefix } from '../models/model-format.js';
import type { Network } from '../models/network.js';
import type { GradScaler } from '../optim/grad-scaler.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Schedule } from '../optim/schedules.js';
import { DeviceError, FileError, MemoryError, SppgpuError } from '../runtime/errors.js';
import type { Generator, StreamPosition } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { divergence } from './divergence.js';

/** The parts of a run that a checkpoint captures. */
export interface RunParts {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly generator: Generator;
  /** Of a run in f16. */
  readonly scaler?: GradScaler;
  /** What else of the run are tensors, e.g. the mean picture. */
  readonly data?: ReadonlyMap<string, HostTensor>;
}

/** A checkpoint in memory, ready for a safetensors file. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `captureCheckpoint` of the package; what it does stands at its door, `later-checkpoint.ts`. */
export async function captureCheckpoint(
  parts: RunParts,
  about: Pick<CheckpointInfo, 'classes' | 'labels' | 'position' | 'run'>,
): Promise<Checkpoint> {
  const { network, optimizer, schedule, generator, scaler } = parts;
  const state = optimizer.stateDict();
  const { name, options } = network.architecture;
  const info: CheckpointInfo = {
    ...about,
    model: { name, options },
    optimizer: state.numbers,
    schedule: schedule.stateDict(),
    generator: generator.stateDict(),
    ...(scaler && { scaler: scaler.stateDict() }),
  };
  const named: [string, Tensor][] = [
    ...[...network.stateDict()].map(([key, tensor]): [string, Tensor] => [PREFIX.model + key, tensor]),
    ...[...state.tensors].map(([key, tensor]): [string, Tensor] => [PREFIX.optimizer + key, tensor]),
  ];
  const values = await Promise.all(named.map(([, tensor]) => tensor.data()));
  const tensors = new Map<string, HostTensor>(
    named.map(([key, { shape }], i) => [key, { shape, data: values[i] as Float32Array<ArrayBuffer> }]),
  );
  requireFinite(tensors, about.position);
  for (const [name, entry] of parts.data ?? []) tensors.set(PREFIX.data + name, entry);
  return { tensors, metadata: checkpointMetadata(info) };
}

function requireFinite(tensors: ReadonlyMap<string, HostTensor>, { epoch, step }: Position): void {
  for (const [name, { data }] of tensors) {
    // By index: for-of is seven times slower, and there are many millions.
    for (let i = 0; i < data.length; i += 1) {
      if (!Number.isFinite(data[i])) throw divergence(`${name} holds ${data[i]}`, epoch, step);
    }
  }
}

/** The weights of a checkpoint by state-dict name. */
export function checkpointWeights({ tensors }: Pick<Checkpoint, 'tensors'>): Map<string, HostTensor> {
  return withPrefix(tensors, PREFIX.model);
}

/** `restoreCheckpoint` of the package; what it does stands at its door, `later-checkpoint.ts`. */
export function restoreCheckpoint(
  parts: RunParts,
  checkpoint: Checkpoint,
  file: string,
  generator?: StreamPosition,
): CheckpointInfo {
  const info = checkpointInfo(checkpoint.metadata, file);
  try {
    parts.network.loadStateDict(checkpointWeights(checkpoint));
    parts.optimizer.loadStateDict({
      tensors: withPrefix(checkpoint.tensors, PREFIX.optimizer),
      numbers: info.optimizer,
    });
    parts.schedule.loadStateDict(info.schedule);
    parts.generator.loadStateDict(generator ?? info.generator);
    if (info.scaler) parts.scaler?.loadStateDict(info.scaler);
  } catch (error) {
    if (!(error instanceof SppgpuError) || error instanceof DeviceError || error instanceof MemoryError) throw error;
    throw new FileError(file, error.message, 'resume with the arguments of the first run, or use an undamaged copy');
  }
  return info;
}

/** `encodeCheckpoint` of the package; what it does stands at its door, `later-checkpoint.ts`. */
export function encodeCheckpoint({ tensors, metadata }: Checkpoint): Uint8Array {
  return serializeSafetensors(tensors, { ...metadata });
}

/** `decodeCheckpoint` of the package; what it does stands at its door, `later-checkpoint.ts`. */
export function decodeCheckpoint(bytes: Uint8Array | ArrayBuffer, file: string): Checkpoint {
  const { tensors, metadata } = parseSafetensors(bytes, file);
  checkpointInfo(metadata, file);
  return { tensors: finiteTensors(tensors, file), metadata };
}

/** Tensors of a file as f32. @throws FileError where one of their numbers is not finite */
export function finiteTensors(tensors: ReadonlyMap<string, StoredTensor>, file: string): Map<string, HostTensor> {
  return new Map(
    [...tensors].map(([name, stored]) => [name, { shape: stored.shape, data: finiteFloat32(stored, name, file) }]),
  );
}
