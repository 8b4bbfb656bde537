import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { openCaltech101 } from './caltech101.node.js';
import type { ImageDataset } from './dataset.js';
import { openDigits } from './digits.node.js';
import { FASHION_MNIST_CLASSES, openIdxFolder } from './idx.node.js';
import { openImageFolder } from './image-folder.node.js';
import { openListFile } from './list-file.node.js';
import { holdOut } from './subset.js';
import { openVoc } from './voc.node.js';

export const DATA_FORMATS = ['auto', 'folder', 'list', 'caltech101', 'voc', 'idx', 'digits'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

export interface OpenDatasetOptions {
  format?: DataFormat;
  /** Chooses what is held out, and the splits of Caltech-101. */
  seed: number;
  /** Share of each class held out where the data has no test part of its own; 0: nothing. */
  holdout?: number;
}

/** A data set with the part that training must not see; null where nothing was held out. */
export interface DatasetSplits {
  readonly format: Exclude<DataFormat, 'auto'>;
  readonly train: ImageDataset;
  readonly test: ImageDataset | null;
  /** Files in the folders of pictures that were passed over, where the layout has any. */
  readonly ignored?: readonly string[];
}

/** Names of test parts, in order of preference. */
const TEST_NAMES = ['val', 'validation', 'test'];

/**
 * Opens pictures for training and testing. `auto` looks at the path: `digits` (not a path) is the built-in set, a file is a
 * list, and a folder is recognised by what lies in it: VOC's `ImageSets`, IDX files, `101_ObjectCategories`, `train.txt`, else
 * one folder a class (or `train` and `val` folders of those). Where there is no test part of its own, a share is held out.
 * @throws FileError if the path does not hold such data
 */
export async function openDataset(path: string, options: OpenDatasetOptions): Promise<DatasetSplits> {
  const format = !options.format || options.format === 'auto' ? await recognise(path) : options.format;
  const parts = await OPENERS[format](path, options);
  const { train, test } = parts;
  if (test && JSON.stringify(test.classes) !== JSON.stringify(train.classes)) {
    throw new SppgpuError(
      `${path}: training and test part have different classes (${train.classes.length} and ${test.classes.length}); give both the same`,
    );
  }
  const { holdout = 0 } = options;
  if (test || holdout === 0) return { format, ...parts };
  return { format, ...parts, ...holdOut(train, { share: holdout, seed: options.seed }) };
}

type Parts = Omit<DatasetSplits, 'format'>;

const OPENERS: Readonly<
  Record<Exclude<DataFormat, 'auto'>, (path: string, options: OpenDatasetOptions) => Promise<Parts>>
> = {
  folder: openFolder,
  list: openLists,
  caltech101: (path, { seed }) => openCaltech101(path, { seed }),
  voc: async (path) => {
    const train = await openVoc(path, { split: 'train' });
    return { train, test: await openVoc(path, { split: 'val', classes: train.classes }) };
  },
  idx: async (path) => {
    const classes = /fashion/iu.test(path) ? FASHION_MNIST_CLASSES : undefined;
    const train = await openIdxFolder(path, 'train', classes);
    return { train, test: await openIdxFolder(path, 'test', train.classes) };
  },
  digits: async (_, { seed }) => ({
    train: await openDigits({ split: 'train', seed }),
    test: await openDigits({ split: 'test', seed }),
  }),
};

async function recognise(path: string): Promise<Exclude<DataFormat, 'auto'>> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats && path === 'digits') return 'digits';
  if (stats?.isFile()) return 'list';
  const names = await withFileErrors(path, () => readdir(path));
  if (names.some((name) => name === 'ImageSets' || name === 'VOCdevkit' || /^VOC\d{4}$/u.test(name))) return 'voc';
  if (names.some((name) => /-idx\d-ubyte|\.idx\d-ubyte/u.test(name))) return 'idx';
  if (names.includes('101_ObjectCategories')) return 'caltech101';
  return names.includes('train.txt') ? 'list' : 'folder';
}

async function openFolder(path: string): Promise<Parts> {
  const names = await withFileErrors(path, () => readdir(path));
  const test = TEST_NAMES.find((name) => names.includes(name));
  if (!names.includes('train') || test === undefined) {
    const train = await openImageFolder(path);
    return { train, test: null, ignored: train.ignored };
  }
  const train = await openImageFolder(join(path, 'train'));
  const held = await openImageFolder(join(path, test), { minPerClass: 1 });
  return { train, test: held, ignored: [...train.ignored, ...held.ignored] };
}

/** A list, or a folder with `train.txt` and perhaps `val.txt` or `test.txt`. */
async function openLists(path: string): Promise<Parts> {
  const stats = await withFileErrors(path, () => stat(path));
  if (stats.isFile()) return { train: await openListFile(path), test: null };
  const names = await withFileErrors(path, () => readdir(path));
  if (!names.includes('train.txt')) throw new FileError(path, 'has no train.txt', 'give a list file or its folder');
  const train = await openListFile(join(path, 'train.txt'));
  const test = TEST_NAMES.find((name) => names.includes(`${name}.txt`));
  return {
    train,
    test: test === undefined ? null : await openListFile(join(path, `${test}.txt`), { classes: train.classes }),
  };
}
