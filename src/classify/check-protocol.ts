import type { Network } from '../models/network.js';
import { traceLayers } from '../models/trace.js';
import { SppgpuError } from '../runtime/errors.js';
import type { ViewProtocol } from './views.js';

/**
 * Whether a network can look at pictures in the way of a protocol: without a pyramid it takes one size of input.
 * @throws SppgpuError or ShapeError naming the net and the way out
 */
export function checkProtocol(
  { architecture }: Pick<Network, 'architecture'>,
  { viewSize, fullScale }: ViewProtocol,
): void {
  const { name, options, input } = architecture;
  if (options.pyramid !== 'none') return;
  if (fullScale === null) traceLayers(architecture, viewSize, viewSize);
  else {
    throw new SppgpuError(
      `${name}: views of whole pictures (full, 98) need a pyramid, this net takes ${input.size}x${input.size} pixels only; use the views 1, 10 or 96, or train it with a pyramid (levels 6, 3, 2, 1, say)`,
    );
  }
}
