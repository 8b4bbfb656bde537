import type { AnnotatedPicture, BoundarySet } from '../../data/boundary-set.js';
import { epochOrder, itemRng, PURPOSE } from '../../data/rng.js';
import { randomCrop } from '../../detect/edges/crop.js';
import { FileError } from '../../runtime/errors.js';
import type { EdgeRecipe } from './edge-recipe.js';

/** Crops of one step; none where no picture of it can be read. */
export interface CropBatch {
  readonly crops: readonly AnnotatedPicture[];
}

/**
 * The batches of an epoch from number `start`: a random crop of each picture, in an order of the epoch's own. The next batch is
 * read while the caller works on one. A picture that cannot be read leaves its place empty.
 */
export async function* cropBatches(
  pictures: BoundarySet,
  { batchSize, crop, seed }: Pick<EdgeRecipe, 'batchSize' | 'crop' | 'seed'>,
  epoch: number,
  start: number,
  onUnreadable?: (error: FileError) => void,
): AsyncGenerator<CropBatch> {
  const order = epochOrder(pictures.length, seed, epoch);
  const read = async (index: number): Promise<AnnotatedPicture | null> => {
    try {
      return randomCrop(await pictures.load(index), crop, itemRng(seed, PURPOSE.augment, epoch, index));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      onUnreadable?.(error);
      return null;
    }
  };
  const batch = async (number: number): Promise<CropBatch> => {
    const crops: AnnotatedPicture[] = [];
    for (const index of order.subarray(number * batchSize, (number + 1) * batchSize)) {
      const one = await read(index);
      if (one) crops.push(one);
    }
    return { crops };
  };
  const batches = Math.ceil(pictures.length / batchSize);
  let next = start < batches ? batch(start) : null;
  for (let number = start; next; number++) {
    const current = await next;
    next = number + 1 < batches ? batch(number + 1) : null;
    // An error of a batch that nobody takes any more is nobody's.
    next?.catch(() => undefined);
    yield current;
  }
}
