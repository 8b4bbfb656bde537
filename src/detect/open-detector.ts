import { serializeSafetensors } from '../io/safetensors.js';
import type { ModelSource } from '../models/load-model.js';
import type { Device } from '../runtime/device.js';
import type { Detector } from './detector.js';

/** A detector as the bytes of its file, for a download or a cache: what `openDetector` and `sppgpu detect --model` read. */
export async function encodeDetector(
  detector: Detector,
  about: Readonly<Record<string, unknown>> = {},
): Promise<Uint8Array> {
  const { detectorTensors } = await import('./detector-file.js');
  const { tensors, metadata } = await detectorTensors(detector, about);
  return serializeSafetensors(tensors, metadata);
}

/**
 * Opens a detector that `sppgpu detect train` wrote.
 * @param source bytes, a File or Blob, a Response, or a URL to fetch
 * @throws FileError if the source cannot be read, is damaged or holds no detector
 */
export async function openDetector(source: ModelSource, device: Device): Promise<Detector> {
  const [{ detectorOf }, { weightsFileOf }] = await Promise.all([
    import('./detector-file.js'),
    import('../models/load-model.js'),
  ]);
  return detectorOf(await weightsFileOf(source), device);
}
