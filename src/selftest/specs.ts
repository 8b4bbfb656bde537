/** Every op that the self-test knows. */
import type { OpSpec } from './spec.js';
import { detectionSpecs } from './specs/detection.js';
import { elementwiseSpecs } from './specs/elementwise.js';
import { lossSpecs } from './specs/losses.js';
import { movementSpecs } from './specs/movement.js';
import { normalizationSpecs } from './specs/normalization.js';
import { poolingSpecs } from './specs/pooling.js';
import { productSpecs } from './specs/products.js';
import { randomSpecs } from './specs/random.js';
import { reduceSpecs } from './specs/reduce.js';
import { viewSpecs } from './specs/view.js';

export const specs: readonly OpSpec[] = [
  ...elementwiseSpecs,
  ...reduceSpecs,
  ...productSpecs,
  ...lossSpecs,
  ...poolingSpecs,
  ...normalizationSpecs,
  ...detectionSpecs,
  ...movementSpecs,
  ...viewSpecs,
  ...randomSpecs,
];
