import { classifyViews } from '../classify/evaluator.js';
import { topClasses } from '../classify/metrics.js';
import type { ClassifyOptions } from '../classify/score-views.js';
import type { ViewProtocol } from '../classify/views.js';
import type { ImageDataset, ImageItem } from '../data/dataset.js';
import type { Network } from '../models/network.js';
import type { RankedSample } from '../report/types.js';
import { FileError } from '../runtime/errors.js';

const SAMPLES = 12;

/** A few pictures spread over a data set, with what the network says of them; unreadable ones are passed over. */
export async function rankedSamples(
  network: Network,
  dataset: ImageDataset,
  protocol: ViewProtocol,
  options: ClassifyOptions,
): Promise<RankedSample[]> {
  const count = Math.min(SAMPLES, dataset.length);
  const items: ImageItem[] = [];
  for (let i = 0; i < count; i++) {
    options.signal?.throwIfAborted();
    const item = await dataset.item(Math.floor(((i + 0.5) * dataset.length) / count)).catch((error: unknown) => {
      if (error instanceof FileError) return null;
      throw error;
    });
    if (item) items.push(item);
  }
  if (items.length === 0) return [];
  const images = items.map(({ image }) => image);
  const { scores } = await classifyViews(network, images, protocol, options);
  const { classes } = network.architecture;
  return items.map(({ image, id, label, labels }, i) => {
    const own = scores.subarray(i * classes, (i + 1) * classes);
    const name = (c: number): string => dataset.classes[c] ?? String(c);
    const top = topClasses(own, 5).map((c) => ({ label: name(c), probability: own[c]! }));
    const present = labels?.flatMap((presence, c) => (presence > 0 ? [name(c)] : []));
    return {
      image,
      name: id,
      ...(present ? { labels: present } : { label: name(label) }),
      top,
    };
  });
}
