import { finiteFloat32 } from '../io/float32.js';
import type { StoredTensor } from '../io/safetensors.js';
import { checkpointInfo, type ModelDescription, modelDescription } from './checkpoint-info.js';
import { EXPORT_FORMAT, type HostTensor, PREFIX, weightEntries, withPrefix } from './model-format.js';
import { checkpointArchitecture } from './stored-network.js';

/** A file of weights (safetensors, ONNX) that is open for reading, on a disk or in memory. */
export interface WeightsFile {
  /** For errors. */
  readonly path: string;
  readonly header: {
    readonly entries: ReadonlyMap<string, { readonly shape: readonly number[] }>;
    readonly metadata: Readonly<Record<string, string>>;
  };
  read(name: string): Promise<StoredTensor>;
}

/**
 * What a file says of its network, from its header alone; null for weights of other programs.
 * @throws FileError for a description that is damaged, or that the tensors of the file do not bear out
 */
export function describeFile({ path, header: { metadata, entries } }: WeightsFile): ModelDescription | null {
  const { format, sppgpu } = metadata;
  const isExport = format === EXPORT_FORMAT;
  if (!isExport && sppgpu === undefined) return null;
  const description = isExport ? modelDescription(sppgpu ?? '', path) : checkpointInfo(metadata, path);
  const weights = weightEntries(entries);
  checkpointArchitecture(description, weights, path);
  return description;
}

/** The tensors of a file beside its weights, by name. @throws FileError for one that is not finite */
export async function readData(file: WeightsFile): Promise<Map<string, HostTensor>> {
  const data = new Map<string, HostTensor>();
  for (const name of withPrefix(file.header.entries, PREFIX.data).keys()) {
    const stored = await file.read(PREFIX.data + name);
    data.set(name, { shape: stored.shape, data: finiteFloat32(stored, PREFIX.data + name, file.path) });
  }
  return data;
}
