import { noGrad } from '../../autograd/mode.js';
import { softmaxRows } from '../../classify/scores.js';
import { type PreprocessRecord, warpView } from '../../data/augment.js';
import type { ImageDataset, ImageItem } from '../../data/dataset.js';
import { prepareImages } from '../../data/prepare.js';
import type { Network } from '../../models/network.js';
import { scope } from '../../tensor/scope.js';

/** What a network said of one picture. */
export interface Verdict {
  readonly item: ImageItem;
  readonly predicted: number;
  readonly probability: number;
}

const BATCH = 64;

/** Every picture at its own size: no resizing at all. Pictures of equal size share a forward pass. */
export function classifyNative(network: Network, items: readonly ImageItem[]): Promise<Verdict[]> {
  const bySize = new Map<string, ImageItem[]>();
  for (const item of items) {
    const key = `${item.image.width}x${item.image.height}`;
    bySize.set(key, [...(bySize.get(key) ?? []), item]);
  }
  return classify(network, [...bySize.values()], ({ image }) =>
    warpView(image.width, image.height, image.height, image.width),
  );
}

/** Every picture warped to one square size: what a network with a fixed pool needs. */
export function classifyWarped(network: Network, items: readonly ImageItem[], size: number): Promise<Verdict[]> {
  return classify(network, [items], ({ image }) => warpView(image.width, image.height, size));
}

async function classify(
  network: Network,
  groups: readonly (readonly ImageItem[])[],
  viewOf: (item: ImageItem) => PreprocessRecord,
): Promise<Verdict[]> {
  network.eval();
  const verdicts: Verdict[] = [];
  const { device } = network.parameters()[0]!;
  const classes = network.architecture.classes;
  let pending: Promise<void>[] = [];
  for (const group of groups) {
    for (let from = 0; from < group.length; from += BATCH) {
      const batch = group.slice(from, from + BATCH);
      const logits = noGrad(() =>
        scope(() =>
          network.forward(
            prepareImages(
              device,
              batch.map(({ image }) => image),
              batch.map(viewOf),
              network.architecture.input,
            ),
          ),
        ),
      );
      pending.push(
        logits.data().then((values) => {
          logits.dispose();
          const probabilities = softmaxRows(values, classes);
          for (const [i, item] of batch.entries()) {
            const row = probabilities.subarray(i * classes, (i + 1) * classes);
            const predicted = row.indexOf(Math.max(...row));
            verdicts.push({ item, predicted, probability: row[predicted]! });
          }
        }),
      );
      if (pending.length >= 32) {
        await Promise.all(pending);
        pending = [];
      }
    }
  }
  await Promise.all(pending);
  return verdicts;
}

/** All pictures of a data set, decoded. */
export function allItems(dataset: ImageDataset): Promise<ImageItem[]> {
  return Promise.all(Array.from({ length: dataset.length }, (_, i) => dataset.item(i)));
}
