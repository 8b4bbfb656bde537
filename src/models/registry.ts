import { SppgpuError } from '../runtime/errors.js';
import { made } from '../runtime/made.js';
import { quoted } from '../runtime/quote.js';
import { alexnet } from './alexnet.js';
import type { Architecture, ModelOptions } from './architecture.js';
import { convnet5 } from './convnet5.js';
import { digits } from './digits.js';
import { IMPORTED, imported } from './imported.js';
import { mobilenetv2 } from './mobilenetv2.js';
import { overfeat5 } from './overfeat5.js';
import { overfeat7 } from './overfeat7.js';
import { resnet18, resnet34, resnet50 } from './resnet.js';
import { small } from './small.js';
import { squeezenet1_1 } from './squeezenet1-1.js';
import { squeezenet11 } from './squeezenet11.js';
import { vgg16 } from './vgg16.js';
import { zf5 } from './zf5.js';

const BUILDERS: Readonly<Record<string, (options?: ModelOptions) => Architecture>> = {
  zf5,
  convnet5,
  overfeat5,
  overfeat7,
  squeezenet11,
  squeezenet1_1,
  alexnet,
  vgg16,
  resnet18,
  resnet34,
  resnet50,
  mobilenetv2,
  small,
  digits,
};

/** Every architecture that `buildArchitecture` knows, the paper's Table 1 first. */
export const ARCHITECTURE_NAMES: readonly string[] = made(() => Object.keys(BUILDERS));

/**
 * The records of a network by name (or of one that was imported); a checkpoint stores `name` and `options` and gets the same net again.
 * @throws SppgpuError for an unknown name (listing the known ones) or an option out of range
 */
export function buildArchitecture(name: string, options: ModelOptions = {}): Architecture {
  if (name === IMPORTED) return imported(options);
  if (!Object.hasOwn(BUILDERS, name)) {
    throw new SppgpuError(`unknown model ${quoted(name)}; there are ${ARCHITECTURE_NAMES.join(', ')}`);
  }
  return BUILDERS[name]!(options);
}
