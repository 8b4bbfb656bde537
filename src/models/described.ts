import { SppgpuError } from '../runtime/errors.js';
import type { Architecture } from './architecture.js';
import { isImportedNetwork } from './check-imported.js';
import type { CheckpointInfo } from './checkpoint-info.js';
import { IMPORTED } from './imported.js';
import { useForeignKinds } from './layers/foreign.js';
import { buildArchitecture } from './registry.js';

/**
 * The architecture that a file describes. A network of another program is all description, and a file may come from anywhere: every
 * number of it is looked at before anything is made of it.
 * @throws SppgpuError for a description that is damaged, or of no network
 */
export function describedArchitecture({ name, options }: CheckpointInfo['model']): Architecture {
  if (name === IMPORTED) useForeignKinds();
  if (name === IMPORTED && !isImportedNetwork(options.imported)) {
    throw new SppgpuError(`${IMPORTED}: its description is not what was written; open the file that it came in`);
  }
  return buildArchitecture(name, options);
}
