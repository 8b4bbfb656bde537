import { classifyViews } from '../../classify/evaluator.js';
import type { ViewMode } from '../../classify/score-views.js';
import { countViews, planViews, VIEW_PROTOCOLS } from '../../classify/views.js';
import { Network } from '../../models/network.js';
import { buildArchitecture } from '../../models/registry.js';
import { SppgpuError } from '../../runtime/errors.js';
import { Generator } from '../../tensor/generator.js';
import type { OwnCase, Way } from './own-case.js';
import { syntheticPicture } from './picture.js';

const [WIDTH, HEIGHT] = [500, 375];

/** Input pixels of the convolutions: whole resized pictures once per scale and flip, or every view. */
function pixelsOf(mode: ViewMode): number {
  const passes = planViews(VIEW_PROTOCOLS[98], WIDTH, HEIGHT);
  if (mode === 'maps') return passes.reduce((sum, { width, height }) => sum + width * height, 0);
  return passes.flatMap(({ windows }) => windows).reduce((sum, { x0, y0, x1, y1 }) => sum + (x1 - x0) * (y1 - y0), 0);
}

/** The paper's 98 views of one picture through the narrow ZF-5: windows on feature maps against separate crops. */
export const views: OwnCase = {
  name: 'zf5_narrow_98_views',
  family: 'views',
  images: 1,
  async with(device, use) {
    const architecture = buildArchitecture('zf5', {
      width: 1 / 8,
      classes: 20,
      normalisation: 'none',
      init: 'he',
      pyramid: [6, 3, 2, 1],
    });
    const network = new Network(architecture, { device: device!, generator: new Generator(1) });
    const picture = syntheticPicture(WIDTH, HEIGHT, 1);
    const expected = countViews(planViews(VIEW_PROTOCOLS[98], WIDTH, HEIGHT));
    const way = (mode: ViewMode): Way => ({
      way: mode,
      async run() {
        const { scores, views: found } = await classifyViews(network, [picture], VIEW_PROTOCOLS[98], { mode });
        const total = scores.reduce((sum, score) => sum + score, 0);
        // A mean of softmax outputs: also false for NaN.
        if (found[0] !== expected || !(Math.abs(total - 1) < 1e-4))
          throw new SppgpuError(
            `views: ${found[0]} ${mode} with scores that add up to ${total}; run \`sppgpu selftest\``,
          );
      },
      facts: { views: expected, pixels: pixelsOf(mode) },
    });
    try {
      return await use([way('maps'), way('crops')]);
    } finally {
      network.dispose();
    }
  },
};
