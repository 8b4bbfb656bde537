/** Data sets, pictures and their preparation: what runs in both worlds. */
export * from './augment.js';
export { colourComponents } from './colour-components.js';
export { type ColourPca, colourShift } from './colour-pca.js';
export {
  type AnnotatedDataset,
  classCounts,
  datasetOf,
  type EntryList,
  type ImageDataset,
  type ImageEntry,
  type ImageItem,
  type LabelKind,
  labelKind,
  type PictureSize,
} from './dataset.js';
export { decodeImage } from './decode.js';
export { DecodeCache } from './decode-cache.js';
export type { DigitFrame } from './digit-frame.js';
export { type DigitPlacement, type DigitSource, type DigitsOptions, digitsDataset, placeDigit } from './digits.js';
export type { BatchItem, ImageBatch } from './image-batch.js';
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
export { type EpochPart, ImageLoader } from './loader.js';
export type { LoaderOptions } from './loader-options.js';
export { describeLoaderStats, type LoaderStats } from './loader-stats.js';
export type { ImageObject, PixelBox } from './objects.js';
export type { DecodedPicture, PictureDecoder } from './picture-decoder.js';
export { concatenateDatasets, splitPerClass, subset } from './subset.js';
