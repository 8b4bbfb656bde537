import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { FileError, SppgpuError } from '../runtime/errors.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { printable, quoted } from '../runtime/quote.js';
import { openCaltech101 } from './caltech101.node.js';
import { openCoco } from './coco.node.js';
import type { ImageDataset } from './dataset.js';
import { openDigits } from './digits.node.js';
import { folderNotes } from './folder-notes.js';
import { FASHION_MNIST_CLASSES, openIdxFolder } from './idx.node.js';
import { openImageFolder } from './image-folder.node.js';
import { openListFile } from './list-file.node.js';
import { isPictureName } from './picture-names.js';
import { holdOut } from './subset.js';
import { openVocParts } from './voc.node.js';
import { listFolder } from './walk-folder.node.js';

export const DATA_FORMATS = ['auto', 'folder', 'list', 'caltech101', 'voc', 'coco', 'idx', 'digits'] as const;
export type DataFormat = (typeof DATA_FORMATS)[number];

export interface OpenDatasetOptions {
  format?: DataFormat;
  /** Chooses what is held out, and the splits of Caltech-101. */
  seed: number;
  /** Share of each class held out where the data has no test part of its own; 0: nothing. */
  holdout?: number;
}

const NAMES: OptionNames<OpenDatasetOptions> = { format: true, seed: true, holdout: true };

/** A data set with the part that training must not see; null where nothing was held out. */
export interface DatasetSplits {
  readonly format: Exclude<DataFormat, 'auto'>;
  readonly train: ImageDataset;
  readonly test: ImageDataset | null;
  /** What a user would want to know of the folders: what was left out, and where pictures lie deeper than usual. */
  readonly notes?: readonly string[];
}

/** Names of parts, in order of preference; those of folders in upper or lower case. */
const TRAIN_NAMES = ['train', 'training'];
const TEST_NAMES = ['val', 'valid', 'validation', 'test', 'testing'];

/**
 * Opens pictures for training and testing. `auto` looks at the path: `digits` (not a path) is the built-in set, a file is a
 * list, or annotations of COCO if its name ends in `.json`, and a folder is recognised by what lies in it: VOC's `ImageSets`,
 * IDX files, `101_ObjectCategories`, `train.txt`, else one folder per class (or `train` and `val` folders of those, or `train`
 * alone). Where there is no test part of its own, a share is held out.
 * @throws FileError if the path does not hold such data
 */
export async function openDataset(path: string, options: OpenDatasetOptions): Promise<DatasetSplits> {
  requireOptions('openDataset', options, NAMES);
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
  if (missing !== undefined) return `${quoted(missing)} is in training only`;
  return added === undefined ? 'in another order' : `${quoted(added)} is in the test part only`;
}

type Parts = Omit<DatasetSplits, 'format'>;

const OPENERS: Readonly<
  Record<Exclude<DataFormat, 'auto'>, (path: string, options: OpenDatasetOptions) => Promise<Parts>>
> = {
  folder: openFolder,
  list: openLists,
  caltech101: (path, { seed }) => openCaltech101(path, { seed }),
  voc: async (path) => {
    const [train, test = null] = await openVocParts(path);
    return { train, test };
  },
  coco: async (path) => ({ train: await openCoco(path), test: null }),
  idx: async (path) => {
    const classes = isFashion(path) ? FASHION_MNIST_CLASSES : undefined;
    const train = await openIdxFolder(path, 'train', classes);
    const hasTest = (await listFolder(path)).files.some((name) => name.startsWith('t10k-'));
    return { train, test: hasTest ? await openIdxFolder(path, 'test', train.classes) : null };
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
  if (stats?.isFile()) return extname(path).toLowerCase() === '.json' ? 'coco' : 'list';
  const names = await withFileErrors(path, () => readdir(path));
  if (names.some((name) => name === 'ImageSets' || name === 'VOCdevkit' || /^VOC\d{4}$/u.test(name))) return 'voc';
  if (names.some((name) => /-idx\d-ubyte|\.idx\d-ubyte/u.test(name))) return 'idx';
  if (names.includes('101_ObjectCategories')) return 'caltech101';
  return names.includes('train.txt') ? 'list' : 'folder';
}

async function openFolder(path: string): Promise<Parts> {
  const { files, folders } = await listFolder(path);
  const named = (names: readonly string[]) =>
    names.flatMap((name) => folders.filter((folder) => folder.toLowerCase() === name))[0];
  const [train, test] = [named(TRAIN_NAMES), named(TEST_NAMES)];
  if (train === undefined || test === undefined) {
    const isPart = train !== undefined && (await onlyTraining(path, train, folders));
    const whole = await openImageFolder(isPart ? join(path, train) : path);
    return { train: whole, test: null, notes: folderNotes(whole) };
  }
  const pictures = await openImageFolder(join(path, train));
  const held = await openImageFolder(join(path, test), { minPerClass: 1 });
  const others = [
    ...folders.filter((folder) => folder !== train && folder !== test).map((folder) => `${folder}/`),
    ...files.filter(isPictureName),
  ];
  const beside = `${basename(resolve(path))}: not used beside ${train} and ${test}: ${others.join(', ')}`;
  return {
    train: pictures,
    test: held,
    notes: [...(others.length > 0 ? [printable(beside, 300)] : []), ...folderNotes(pictures), ...folderNotes(held)],
  };
}

/** Whether a folder holds nothing but a training folder with classes in it. Throws FileError where others lie beside it. */
async function onlyTraining(path: string, name: string, folders: readonly string[]): Promise<boolean> {
  const train = join(path, name);
  if ((await listFolder(train)).folders.length === 0) return false;
  const other = folders.find((folder) => folder !== name);
  if (other === undefined) return true;
  const problem = `has folders of its own, so it is not a class, and ${other} is not a test part`;
  throw new FileError(train, problem, `call the test part val or test, or give ${train} alone`);
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
