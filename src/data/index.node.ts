/** Data sets that are files, and decoding in worker threads. */
export { type Caltech101Options, openCaltech101 } from './caltech101.node.js';
export { type CocoOptions, openCoco } from './coco.node.js';
export { loadImage } from './decode.node.js';
export { DecodePool, type DecodePoolOptions } from './decode-pool.node.js';
export { type DetectionSet, type DetectionSource, openDetectionSet } from './detection-set.node.js';
export { loadDigits, openDigits } from './digits.node.js';
export { FASHION_MNIST_CLASSES, openIdx, openIdxFolder } from './idx.node.js';
export { type ImageFolder, type ImageFolderOptions, openImageFolder } from './image-folder.node.js';
export { type ListFileOptions, openListFile } from './list-file.node.js';
export {
  DATA_FORMATS,
  type DataFormat,
  type DatasetSplits,
  type OpenDatasetOptions,
  openDataset,
} from './open-dataset.node.js';
export { openVoc, VOC_CLASSES, type VocDataset, type VocOptions } from './voc.node.js';
export { parseVocAnnotation, type VocAnnotation, type VocObject } from './voc-annotation.js';
