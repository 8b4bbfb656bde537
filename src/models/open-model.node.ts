import { fileURLToPath } from 'node:url';
import type { Device } from '../runtime/device.js';
import { checkOptions } from '../runtime/options.js';
import { type ModelSource, modelOf, type OpenModel, type OpenModelOptions } from './load-model.js';
import { openModel as fetchModel, OPEN_MODEL_NAMES } from './open-model.js';
import { openWeightsFile } from './weights-file.node.js';

/**
 * Opens a network from a checkpoint, an export of one, or weights of another program, whose net must be named.
 * @param source the path of a file, or what a page takes: bytes, a File or Blob, a Response, a URL
 * @throws FileError if the source cannot be read, is damaged, lacks a weight or is of another net; SppgpuError for an
 *   unknown architecture
 */
export async function openModel(
  source: ModelSource,
  device: Device,
  options: OpenModelOptions = {},
): Promise<OpenModel> {
  const path = modelPath(source);
  if (path === null) return fetchModel(source, device, options);
  checkOptions('openModel', options, OPEN_MODEL_NAMES);
  const file = await openWeightsFile(path);
  try {
    return await modelOf(file, device, options);
  } finally {
    await file.close();
  }
}

/** The path that a source names; null for one that has to be fetched, or is at hand. */
export function modelPath(source: ModelSource): string | null {
  if (source instanceof URL && source.protocol === 'file:') return fileURLToPath(source);
  if (typeof source !== 'string' || /^https?:/u.test(source)) return null;
  return source.startsWith('file:') ? fileURLToPath(source) : source;
}
