import { nd } from '../../selftest/reference/nd.js';
import { crossEntropyVjp, crossEntropy as loss } from '../../selftest/reference/softmax.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, whole } from './sample.js';

export function crossEntropy({ direction, attributes: { n, classes } }: Case, inputs: Inputs): Expectations {
  const [logits, labels] = [nd([n, classes], inputs.x), nd([n], inputs.labels, 'i32')];
  const expected = { loss: whole(loss(logits, labels).data) };
  if (direction === 'fwd') return expected;
  return { ...expected, dx: whole(crossEntropyVjp(logits, labels, nd([], [1])).data, 4096) };
}
