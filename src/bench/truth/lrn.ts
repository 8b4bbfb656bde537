import { localResponseNorm, localResponseNormVjp } from '../../selftest/reference/local-response-norm.js';
import { nd } from '../../selftest/reference/nd.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, whole } from './sample.js';

/** With the constants that the op has by itself. */
export function lrn({ direction, attributes: { n, c, h, w, size } }: Case, inputs: Inputs): Expectations {
  const x = nd([n, c, h, w], inputs.x);
  const y = whole(localResponseNorm(x, { size }).data);
  if (direction === 'fwd') return { y };
  return { y, dx: whole(localResponseNormVjp(x, nd(x.shape, inputs.dy), { size }).data) };
}
