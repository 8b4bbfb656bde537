import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import type { Architecture, ModelOptions } from './architecture.js';
import { convnet5 } from './convnet5.js';
import { digits } from './digits.js';
import { overfeat5 } from './overfeat5.js';
import { overfeat7 } from './overfeat7.js';
import { small } from './small.js';
import { squeezenet11 } from './squeezenet11.js';
import { zf5 } from './zf5.js';

const BUILDERS: Readonly<Record<string, (options?: ModelOptions) => Architecture>> = {
  zf5,
  convnet5,
  overfeat5,
  overfeat7,
  squeezenet11,
  small,
  digits,
};

/** Every architecture that `buildArchitecture` knows, in the order of the paper's Table 1. */
export const ARCHITECTURE_NAMES: readonly string[] = Object.keys(BUILDERS);

/**
 * The records of a network by name; a checkpoint stores `name` and `options` and gets the same net again.
 * @throws SppgpuError for an unknown name (listing the known ones) or an option out of range
 */
export function buildArchitecture(name: string, options: ModelOptions = {}): Architecture {
  if (!Object.hasOwn(BUILDERS, name)) {
    throw new SppgpuError(`unknown model ${quoted(name)}; there are ${ARCHITECTURE_NAMES.join(', ')}`);
  }
  return BUILDERS[name]!(options);
}
