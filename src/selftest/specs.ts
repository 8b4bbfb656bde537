/** Every op that the self-test knows. */
import type { OpSpec } from './spec.js';
import { elementwiseSpecs } from './specs/elementwise.js';
import { movementSpecs } from './specs/movement.js';
import { poolingSpecs } from './specs/pooling.js';
import { productSpecs } from './specs/products.js';
import { randomSpecs } from './specs/random.js';
import { reduceSpecs } from './specs/reduce.js';
import { viewSpecs } from './specs/view.js';

export const specs: readonly OpSpec[] = [
  ...elementwiseSpecs,
  ...reduceSpecs,
  ...productSpecs,
  ...poolingSpecs,
  ...movementSpecs,
  ...viewSpecs,
  ...randomSpecs,
];
