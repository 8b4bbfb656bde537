import { convolutionElements } from '../../selftest/reference/conv2d-elements.js';
import { nd } from '../../selftest/reference/nd.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, sampled } from './sample.js';

/** y = conv(x, w) + b and the gradients of sum(y dy). */
export function conv({ direction, attributes }: Case, { x, w, b, dy }: Inputs): Expectations {
  const { n, c, h, w: width, o, kernel, stride, padding, dilation, groups, oh, ow } = attributes;
  const depth = c / groups;
  const elements = convolutionElements(nd([n, c, h, width], x), nd([o, depth, kernel, kernel], w), {
    stride,
    padding,
    dilation,
    groups,
  });
  const bias = nd([o], b);
  const y = sampled(n * o * oh * ow, (index) => elements.output(index, bias));
  if (direction === 'fwd') return { y };
  const g = nd([n, o, oh, ow], dy);
  return {
    y,
    dx: sampled(n * c * h * width, (index) => elements.inputGradient(index, g)),
    dw: sampled(o * depth * kernel * kernel, (index) => elements.weightGradient(index, g)),
    db: sampled(o, (index) => elements.biasGradient(index, g)),
  };
}
