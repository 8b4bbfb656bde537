import { nd } from '../../selftest/reference/nd.js';
import { normalisedVjp, softmax as reference } from '../../selftest/reference/softmax.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, sampled, whole } from './sample.js';

/** The sum of every row; its gradient repeats `dy` along the row. */
export function sum({ direction, attributes: { n, length } }: Case, { x, dy }: Inputs): Expectations {
  const values = x as Float32Array;
  const y = sampled(n, (row) =>
    values.subarray(row * length, (row + 1) * length).reduce((total, value) => total + value, 0),
  );
  return direction === 'fwd' ? { y } : { y, dx: sampled(n * length, (index) => dy![Math.floor(index / length)]!) };
}

export function softmax({ direction, attributes: { n, length } }: Case, inputs: Inputs): Expectations {
  const x = nd([n, length], inputs.x);
  const y = whole(reference(x).data);
  return direction === 'fwd' ? { y } : { y, dx: whole(normalisedVjp('softmax', x, nd([n, length], inputs.dy)).data) };
}
