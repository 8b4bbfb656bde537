import type { ImageDataset, ImageItem } from '../data/dataset.js';
import type { BatchItem } from '../data/image-batch.js';
import type { Architecture, Pyramid } from '../models/architecture.js';
import { buildArchitecture } from '../models/registry.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import { PAPER_RECIPE, type Recipe } from '../train/recipe.js';
import { recipeLoader, recipeSession } from '../train/recipe-session.js';
import type { SessionSettings } from '../train/session-settings.js';
import type { TrainingScores } from '../train/task.js';
import { commonSize, jittered } from './digit-views.js';

/** Side, in pixels, that the net with a fixed pool has every picture warped to. */
export const FIXED_SIZE = 24;
/** Bins per side of each level of the pyramid. */
export const DIGIT_LEVELS: readonly number[] = [1, 2, 3, 6];
/**
 * Longest sides, in pixels, of an epoch's pictures, from the first epoch to the last (paper, section 2.3): what is small costs
 * little, and what the net learns there it knows at the next size. The last are as long as pictures get.
 */
const LONGEST = [24, 28, 36, 44, 64, 96];

/** What a net of the demo is, and how it is shown its pictures. */
export interface Contestant {
  readonly name: 'spp' | 'fixed';
  readonly architecture: Architecture;
  /** Longest sides of its training pictures, in pixels, from the first epoch to the last. */
  readonly sizes: readonly number[];
  readonly outSize: (items: readonly BatchItem[], size: number) => [height: number, width: number];
  /** Whether batches are made of pictures of like size and shape. */
  readonly alike: boolean;
}

const architectureOf = (pyramid: Pyramid): Architecture =>
  buildArchitecture('digits', { classes: 10, inputChannels: 1, inputSize: FIXED_SIZE, dropout: 0, pyramid });

/** Reads every picture at its own size. */
export const sppContestant = (): Contestant => ({
  name: 'spp',
  architecture: architectureOf(DIGIT_LEVELS),
  sizes: LONGEST,
  outSize: commonSize,
  alike: true,
});

/** Reads every picture at one size. */
export const fixedContestant = (): Contestant => ({
  name: 'fixed',
  architecture: architectureOf('none'),
  sizes: [FIXED_SIZE],
  outSize: () => [FIXED_SIZE, FIXED_SIZE],
  alike: false,
});

/** What can be chosen of the training of such a net. */
export interface DigitRun {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
}

/** As many sizes as there are epochs, from the first to the last. */
function spread(sizes: readonly number[], epochs: number): number[] {
  return Array.from({ length: epochs }, (_, epoch) => sizes[Math.floor(((epoch + 0.5) / epochs) * sizes.length)]!);
}

/** The training of a net of the demo on pictures of digits: goes to a session with the place where it is kept. */
export function digitSession(
  device: Device,
  { architecture, sizes, outSize, alike }: Contestant,
  pictures: readonly ImageItem[],
  train: ImageDataset,
  run: DigitRun,
): SessionSettings<TrainingScores> {
  const recipe: Recipe = {
    ...{ ...PAPER_RECIPE, ...run, flip: false, sizes: spread(sizes, run.epochs).join(',') },
    ...{ optimizer: 'adamw', weightDecay: 0.1, oneCycle: 0.1, labelSmoothing: 0.1 },
  };
  const sizeOf = (index: number) => pictures[index]!.image;
  const loader = recipeLoader(recipe, train, alike ? { sizeOf } : {});
  return {
    ...recipeSession({ device, architecture, recipe, loader }),
    prepare: (items, size) => {
      const common = outSize(items, size);
      return preparePictures(
        device,
        items.map(({ image }) => image),
        items.map((item) => jittered(item, common)),
        architecture.input,
      );
    },
  };
}
