import type { Architecture, ModelOptions } from './architecture.js';
import { overfeat } from './overfeat.js';

/** Overfeat-5 (paper, Table 1): receptive field 113, stride 12. */
export const overfeat5 = (options: ModelOptions = {}): Architecture => overfeat('overfeat5', 5, options);
