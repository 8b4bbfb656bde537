import type { Architecture, ModelOptions } from './architecture.js';
import { overfeat } from './overfeat.js';

/** Overfeat-7 (paper, Table 1): receptive field 161, stride 12; its fully connected layers are fc8, fc9, fc10. */
export const overfeat7 = (options: ModelOptions = {}): Architecture => overfeat('overfeat7', 7, options);
