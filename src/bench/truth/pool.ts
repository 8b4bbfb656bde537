import { nd } from '../../selftest/reference/nd.js';
import { argmaxOver, avgPool2d, maxPool2dVjp, maxPool2dWithIndices } from '../../selftest/reference/pool2d.js';
import { forEachBin, windowsOf } from '../../selftest/reference/spatial-pyramid-pool.js';
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { type Expectations, sampled, whole } from './sample.js';

export function maxpool({ direction, attributes }: Case, inputs: Inputs): Expectations {
  const { n, c, h, w, kernel: kernelSize, stride, padding, ceilMode, oh, ow } = attributes;
  const options = { kernelSize, stride, padding, ceilMode };
  const x = nd([n, c, h, w], inputs.x);
  const y = whole(maxPool2dWithIndices(x, options).output.data);
  if (direction === 'fwd') return { y };
  return { y, dx: whole(maxPool2dVjp(x, nd([n, c, oh, ow], inputs.dy), options).data, 4096) };
}

export function avgpool({ attributes }: Case, inputs: Inputs): Expectations {
  const { n, c, h, w, kernel: kernelSize, stride, padding, ceilMode } = attributes;
  return { y: whole(avgPool2d(nd([n, c, h, w], inputs.x), { kernelSize, stride, padding, ceilMode }).data) };
}

/** Only every eighth channel is computed and sampled: thousands of windows would take float64 too long. */
const CHANNEL_STEP = 8;

/** Spatial pyramid max pooling; levels as listed, and inside a level channel, row, column. */
export function spp({ direction, attributes }: Case, inputs: Inputs): Expectations {
  const { n, c, h, w, levels, bins, windows: count } = attributes;
  const x = nd([n, c, h, w], inputs.x);
  const windows = windowsOf(x, inputs.windows ? nd([count, 5], inputs.windows, 'i32') : null);
  const y = new Float64Array(windows.length * c * bins);
  const known = new Uint8Array(y.length);
  const dx = new Float64Array(x.data.length);
  forEachBin(
    x,
    levels,
    windows,
    ({ output, plane, rows, columns }) => {
      const best = plane * h * w + argmaxOver(x, plane, rows, columns);
      y[output] = x.data[best]!;
      known[output] = 1;
      if (inputs.dy) dx[best]! += inputs.dy[output]!;
    },
    CHANNEL_STEP,
  );
  const expected = {
    y: sampled(
      y.length,
      (index) => y[index]!,
      16384,
      (index) => known[index] === 1,
    ),
  };
  if (direction === 'fwd') return expected;
  const isKnown = (index: number) => (Math.floor(index / (h * w)) % c) % CHANNEL_STEP === 0;
  return { ...expected, dx: sampled(dx.length, (index) => dx[index]!, 32768, isKnown) };
}
