import { SafetensorsFile, saveSafetensors } from '../io/safetensors.node.js';
import type { ModelSource } from '../models/load-model.js';
import { modelPath } from '../models/open-model.node.js';
import type { Device } from '../runtime/device.js';
import type { Detector } from './detector.js';
import { detectorOf, detectorTensors } from './detector-file.js';
import { openDetector as fetchDetector } from './open-detector.js';

/**
 * Opens a detector that `sppgpu detect train` wrote.
 * @param source the path of a file, or what a page takes: bytes, a File or Blob, a Response, a URL
 * @throws FileError if the source cannot be read, is damaged or holds no detector
 */
export async function openDetector(source: ModelSource, device: Device): Promise<Detector> {
  const path = modelPath(source);
  if (path === null) return fetchDetector(source, device);
  await using file = await SafetensorsFile.open(path);
  return await detectorOf(file, device);
}

/** Writes a detector atomically. @param about how it was trained, plain JSON */
export async function saveDetector(
  path: string,
  detector: Detector,
  about: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { tensors, metadata } = await detectorTensors(detector, about);
  await saveSafetensors(
    path,
    [...tensors].map(([name, { shape, data }]) => [name, { shape, data }] as const),
    metadata,
  );
}
