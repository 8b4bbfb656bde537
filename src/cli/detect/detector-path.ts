import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of the detector in the folder that `sppgpu detect train --run` took. */
export const RUN_DETECTOR = 'detector.safetensors';

/** The file of a detector that was given as a file, or as the folder of the run that trained it. */
export async function detectorFile(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() ? join(path, RUN_DETECTOR) : path;
}
