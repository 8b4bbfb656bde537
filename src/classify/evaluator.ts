import type { Network } from '../models/network.js';
import type { Picture } from '../picture/picture.js';
import type { ClassifyOptions, ViewScores } from './score-views.js';
import type { ViewProtocol } from './views.js';

/**
 * Looks at each picture through all views of a protocol and averages the softmax outputs (sigmoids for several classes per picture), all views weighing the same
 * (paper 3.1.4 and the appendix).
 * @throws ShapeError where a view does not fit a picture or the network; SppgpuError for maps, or whole pictures, without a
 * pyramid; the reason of `signal` when it aborts
 */
export async function classifyViews(
  network: Network,
  images: readonly Picture[],
  protocol: ViewProtocol,
  options: ClassifyOptions = {},
): Promise<ViewScores> {
  const later = await import('./later.js');
  return later.classifyViews(network, images, protocol, options);
}
