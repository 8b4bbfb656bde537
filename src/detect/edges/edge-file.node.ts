import { finiteFloat32 } from '../../io/float32.js';
import { loadSafetensors } from '../../io/safetensors.node.js';
import { PREFIX } from '../../models/model-format.js';
import type { Device } from '../../runtime/device.js';
import { edgeDescription, edgeNetOf } from './edge-file.js';
import type { EdgeNet } from './edge-net.js';

/** Reads the net of a file that `sppgpu edges train` wrote. The caller disposes it. Throws FileError. */
export async function loadEdgeNet(device: Device, file: string): Promise<EdgeNet> {
  const { tensors, metadata } = await loadSafetensors(file, (name) => name.startsWith(PREFIX.model));
  const description = edgeDescription(metadata, file);
  const weights = [...tensors].map(
    ([name, stored]) => [name, { shape: stored.shape, data: finiteFloat32(stored, name, file) }] as const,
  );
  return edgeNetOf(device, description, new Map(weights), file);
}
