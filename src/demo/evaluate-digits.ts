import { noGrad } from '../autograd/mode.js';
import { softmaxRows } from '../classify/scores.js';
import { warpView } from '../data/augment.js';
import type { ImageDataset, ImageItem } from '../data/dataset.js';
import type { Network } from '../models/network.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import type { View } from '../picture/view.js';
import { groupBy } from '../runtime/group-by.js';
import { Pace } from '../runtime/pace.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** What a network said of one picture. */
export interface Verdict {
  readonly item: ImageItem;
  readonly predicted: number;
  readonly probability: number;
}

/** What a caller may want of a long evaluation. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (digits: number) => void;
}

const BATCH = 64;
/** Batches in flight at most. */
const MOST_PENDING = 32;

/** Every picture at its own size: no resizing at all. Pictures of equal size share a forward pass. */
export function classifyNative(network: Network, items: readonly ImageItem[], watch: Watch): Promise<Verdict[]> {
  const bySize = groupBy(items, ({ image }) => `${image.width}x${image.height}`);
  return classify(network, [...bySize.values()], watch, ({ image }) =>
    warpView(image.width, image.height, image.height, image.width),
  );
}

/** Every picture warped to one square size: what a network with a fixed pool needs. */
export function classifyWarped(
  network: Network,
  items: readonly ImageItem[],
  size: number,
  watch: Watch,
): Promise<Verdict[]> {
  return classify(network, [items], watch, ({ image }) => warpView(image.width, image.height, size));
}

async function classify(
  network: Network,
  groups: readonly (readonly ImageItem[])[],
  { signal, onProgress }: Watch,
  viewOf: (item: ImageItem) => View,
): Promise<Verdict[]> {
  network.eval();
  const verdicts: Verdict[] = [];
  const { device } = network.parameters()[0]!;
  const classes = network.architecture.classes;
  const pending: Promise<void>[] = [];
  const pace = new Pace(MOST_PENDING);
  const takeOldest = async () => {
    await pending[0];
    pending.shift();
    pace.finished(1);
    onProgress(verdicts.length);
  };
  const read = async (logits: Tensor, batch: readonly ImageItem[]) => {
    const probabilities = softmaxRows(await logits.data(), classes);
    logits.dispose();
    for (const [i, item] of batch.entries()) {
      const row = probabilities.subarray(i * classes, (i + 1) * classes);
      const predicted = row.indexOf(Math.max(...row));
      verdicts.push({ item, predicted, probability: row[predicted]! });
    }
  };
  const batches = groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_, i) => group.slice(i * BATCH, (i + 1) * BATCH)),
  );
  try {
    for (const batch of batches) {
      signal.throwIfAborted();
      const pictures = batch.map(({ image }) => image);
      const logits = noGrad(() =>
        scope(() => network.forward(preparePictures(device, pictures, batch.map(viewOf), network.architecture.input))),
      );
      pending.push(read(logits, batch));
      while (pending.length >= pace.depth) await takeOldest();
    }
    while (pending.length > 0) await takeOldest();
  } finally {
    // What is queued cannot be called back: nobody may take the device away before.
    await Promise.allSettled(pending);
  }
  return verdicts;
}

/** All pictures of a data set, decoded. */
export function allItems(dataset: ImageDataset): Promise<ImageItem[]> {
  return Promise.all(Array.from({ length: dataset.length }, (_, i) => dataset.item(i)));
}
