import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
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
 * one folder a class (or `train` and `val` folders of those, or `train` alone). Where there is no test part of its own, a share
 * is held out.
 * @throws FileError if the path does not hold such data
 */
export async function openDataset(path: string, options: OpenDatasetOptions): Promise<DatasetSplits> {
  const format = await recogniseFormat(path, options.format);
  const parts = await OPENERS[format](path, options);
  const { train, test } = parts;
  if (test && JSON.stringify(test.classes) !== JSON.stringify(train.classes)) {
    throw new SppgpuError(
      `${path}: training and test part have different classes (${classDifference(train, test)}); give both the same`,
    );
  }
  const { holdout = 0 } = options;
  if (test || holdout === 0) return { format, ...parts };
  return { format, ...parts, ...holdOut(train, { share: holdout, seed: options.seed }) };
}

/** The first class that only one of two parts has. */
function classDifference(train: ImageDataset, test: ImageDataset): string {
  const onlyIn = (part: ImageDataset, other: ImageDataset) =>
    part.classes.find((name) => !other.classes.includes(name));
  const [missing, added] = [onlyIn(train, test), onlyIn(test, train)];
  if (missing !== undefined) return `${JSON.stringify(missing)} is in training only`;
  return added === undefined ? 'in another order' : `${JSON.stringify(added)} is in the test part only`;
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
    const classes = isFashion(path) ? FASHION_MNIST_CLASSES : undefined;
    const train = await openIdxFolder(path, 'train', classes);
    return { train, test: await openIdxFolder(path, 'test', train.classes) };
  },
  digits: async (_, { seed }) => ({
    train: await openDigits({ split: 'train', seed }),
    test: await openDigits({ split: 'test', seed }),
  }),
};

/** Judged by the folder's own name, however the path is written; some downloaders keep the files in `FashionMNIST/raw`. */
function isFashion(path: string): boolean {
  const folder = resolve(path);
  return /fashion/iu.test(basename(basename(folder) === 'raw' ? dirname(folder) : folder));
}

/** The format that was asked for, or the one that `auto` finds at a path. Throws FileError where nothing can be read. */
export async function recogniseFormat(path: string, format: DataFormat = 'auto'): Promise<Exclude<DataFormat, 'auto'>> {
  if (format !== 'auto') return format;
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
  const names = await subfolders(path);
  const test = TEST_NAMES.find((name) => names.includes(name));
  if (!names.includes('train') || test === undefined) {
    const train = await openImageFolder((await onlyTraining(path, names)) ? join(path, 'train') : path);
    return { train, test: null, ignored: train.ignored };
  }
  const train = await openImageFolder(join(path, 'train'));
  const held = await openImageFolder(join(path, test), { minPerClass: 1 });
  return { train, test: held, ignored: [...train.ignored, ...held.ignored] };
}

/** Whether a folder holds nothing but a `train` folder with classes in it. Throws FileError where other folders lie beside it. */
async function onlyTraining(path: string, names: readonly string[]): Promise<boolean> {
  const train = join(path, 'train');
  if (!names.includes('train') || (await subfolders(train)).length === 0) return false;
  const other = names.find((name) => name !== 'train');
  if (other === undefined) return true;
  const problem = `has folders of its own, so it is no class, and ${other} is no test part`;
  throw new FileError(train, problem, `call the test part val or test, or give ${train} alone`);
}

/** Names of the visible folders in a folder. */
async function subfolders(path: string): Promise<string[]> {
  return withFileErrors(path, async () => {
    const found: string[] = [];
    for (const name of await readdir(path)) {
      const stats = name.startsWith('.') ? undefined : await stat(join(path, name)).catch(() => undefined);
      if (stats?.isDirectory()) found.push(name);
    }
    return found.sort();
  });
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
