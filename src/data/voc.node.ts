import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { readPlainFile } from '../io/plain-file.node.js';
import { readLines } from '../io/text-file.node.js';
import { FileError } from '../runtime/errors.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { quoted } from '../runtime/quote.js';
import { type AnnotatedDataset, datasetOf, type ImageEntry } from './dataset.js';
import { loadImage } from './decode.node.js';
import { type ImageObject, presenceOf } from './objects.js';
import { isPictureName } from './picture-names.js';
import { boxOfVoc, decodeVocAnnotation, MAX_ANNOTATION_CHARACTERS, type VocAnnotation } from './voc-annotation.js';
import { listFolder } from './walk-folder.node.js';

/** The 20 classes of PASCAL VOC 2007 to 2012, in their usual order. */
export const VOC_CLASSES: readonly string[] = [
  ...['aeroplane', 'bicycle', 'bird', 'boat', 'bottle', 'bus', 'car', 'cat', 'chair', 'cow'],
  ...['diningtable', 'dog', 'horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa', 'train', 'tvmonitor'],
];

export interface VocOptions {
  /** Name of a list in ImageSets/Main: train, val, trainval, test, ... */
  split: string;
  /** Which VOC<year> folder to take when there are several. */
  year?: string | number;
  /** Class names in order. By default the 20 of VOC when every object is one of them, else the names seen, sorted. */
  classes?: readonly string[];
  /** Gets what is wrong with a picture or its annotation, which is then left out; without it the first one is thrown. */
  skip?: (problem: FileError) => void;
}

const NAMES: OptionNames<VocOptions> = { split: true, year: true, classes: true, skip: true };

/** A multi-label data set with objects, and the annotations as they stand in the files. */
export interface VocDataset extends AnnotatedDataset {
  annotation(index: number): VocAnnotation;
}

/**
 * A data set in PASCAL VOC's layout (Annotations, ImageSets/Main, JPEGImages). `root` is that folder, VOCdevkit, or the
 * folder of VOCdevkit. Labels follow the VOC rule: a class is present (1) when it has an object that is not difficult, 0
 * when it has only difficult ones, absent (-1) otherwise. Throws FileError.
 */
export async function openVoc(root: string, options: VocOptions): Promise<VocDataset> {
  requireOptions('openVoc', options, NAMES);
  const { split, year, classes, skip } = options;
  const folder = await vocFolder(root, year);
  const list = await readSplit(folder, split);
  const { files } = await listFolder(join(folder, 'JPEGImages'));
  const pictures = picturesByStem(files);
  const ids: string[] = [];
  const annotations: VocAnnotation[] = [];
  for (const id of list) {
    try {
      if (!pictures.has(id)) throw missingPicture(folder, files, id, split);
      annotations.push(await readAnnotation(annotationFile(folder, id)));
      ids.push(id);
    } catch (error) {
      if (!(skip && error instanceof FileError)) throw error;
      skip(error);
    }
  }
  const paths = ids.map((id) => join(folder, 'JPEGImages', pictures.get(id)!));
  const names = classes ?? classNames(annotations);
  const entries = ids.map((id, i): ImageEntry => {
    const objects = objectsOf(annotations[i]!, names, annotationFile(folder, id));
    const labels = presenceOf(objects, names.length);
    return { id, label: labels.indexOf(1), labels, objects, path: paths[i]! };
  });
  const dataset = datasetOf(`${basename(folder)} ${split}`, names, entries, (index) => loadImage(paths[index]!));
  const annotatedSize = (index: number) => {
    const { width, height } = annotations[index]!;
    return width === null || height === null || width <= 0 || height <= 0 ? null : { width, height };
  };
  return { ...dataset, annotation: (index) => annotations[index]!, annotatedSize };
}

const annotationFile = (folder: string, id: string): string => join(folder, 'Annotations', `${id}.xml`);

async function readAnnotation(file: string): Promise<VocAnnotation> {
  const xml = await readPlainFile(file, { maxBytes: 2 * MAX_ANNOTATION_CHARACTERS, wayOut: 'give an XML file' });
  return decodeVocAnnotation(xml, file);
}

function missingPicture(folder: string, files: readonly string[], id: string, split: string): FileError {
  const other = files.find((file) => stem(file) === id);
  const problem = `has no picture ${quoted(id)}${other === undefined ? '' : ` (${other} is not PNG or JPEG)`}`;
  return new FileError(join(folder, 'JPEGImages'), problem, `correct the list ${split}.txt`);
}

/**
 * The parts `train` (or `trainval`, where there is no list of that name), `val` and `test`, as far as there are lists of them
 * (VOC 2012 has no `test`, many sets of one's own no `val`), all of the same classes. Throws FileError.
 */
export async function openVocParts(root: string): Promise<readonly [VocDataset, ...VocDataset[]]> {
  const folder = await vocFolder(root);
  const lists = join(folder, 'ImageSets', 'Main');
  const has = (split: string): boolean => existsSync(join(lists, `${split}.txt`));
  const both = !has('train') && has('trainval');
  if (!has('train') && !both) throw withoutTraining(lists, ['val', 'test'].filter(has));
  const train = await openVoc(folder, { split: both ? 'trainval' : 'train' });
  const others = (both ? ['test'] : ['val', 'test']).filter(has);
  return [train, ...(await Promise.all(others.map((split) => openVoc(folder, { split, classes: train.classes }))))];
}

/** VOC's own test data have a list `test` and nothing to train on: such a set is judged list by list. */
function withoutTraining(lists: string, others: readonly string[]): FileError {
  const problem = `has no list train.txt or trainval.txt${others.length > 0 ? `, only ${others.map((name) => `${name}.txt`).join(' and ')}` : ''}`;
  const wayOut = others.length > 0 ? 'to judge it, name that list (eval --list)' : 'add a list of pictures to train on';
  return new FileError(lists, problem, wayOut);
}

/** The folder below `root` with Annotations, ImageSets and JPEGImages. Throws FileError where there is none, or several. */
async function vocFolder(root: string, year?: string | number): Promise<string> {
  const wanted = year === undefined ? /^VOC\d{4}$/u : new RegExp(`^VOC${year}$`, 'u');
  for (const candidate of [root, join(root, 'VOCdevkit')]) {
    if (year === undefined && (await isFolder(join(candidate, 'ImageSets', 'Main')))) return resolve(candidate);
    const found = (await readdir(candidate).catch(() => [])).filter((name) => wanted.test(name)).sort();
    if (found.length > 1) {
      throw new FileError(candidate, `has ${found.join(' and ')}`, `give one of them: ${join(candidate, found[0]!)}`);
    }
    if (found.length === 1) return resolve(candidate, found[0]!);
  }
  const wayOut = 'give a folder with Annotations, ImageSets/Main and JPEGImages';
  throw new FileError(root, `has no VOC${year ?? ''} data`, wayOut);
}

/** Whether data in VOC's layout has a list of that name in ImageSets/Main. Throws FileError where the data has another layout. */
export async function hasVocList(root: string, name: string): Promise<boolean> {
  return existsSync(join(await vocFolder(root), 'ImageSets', 'Main', `${basename(name)}.txt`));
}

/** Ids of a list; a second column, as class lists have it, is passed over. */
async function readSplit(folder: string, split: string): Promise<string[]> {
  const path = join(folder, 'ImageSets', 'Main', `${basename(split)}.txt`);
  const ids = (await readLines(path)).flatMap((line) => line.trim().split(/\s+/u)[0] || []);
  if (ids.length === 0) throw new FileError(path, 'lists no pictures', 'choose another split');
  const bad = ids.find((id) => basename(id) !== id);
  if (bad !== undefined) throw new FileError(path, `${quoted(bad)} is not a picture id`, 'correct the list');
  return ids;
}

const stem = (file: string): string => basename(file, extname(file));

/** The picture of each id. Other files of that name are none, and a JPEG, which VOC has, comes before a PNG. */
function picturesByStem(files: readonly string[]): Map<string, string> {
  const isPng = (file: string): boolean => extname(file).toLowerCase() === '.png';
  const pictures = files.filter(isPictureName);
  // The last one of an id stays.
  return new Map(
    [...pictures.filter(isPng), ...pictures.filter((file) => !isPng(file))].map((file) => [stem(file), file]),
  );
}

function classNames(annotations: readonly VocAnnotation[]): readonly string[] {
  const seen = new Set(annotations.flatMap(({ objects }) => objects.map(({ name }) => name)));
  return [...seen].every((name) => VOC_CLASSES.includes(name)) ? VOC_CLASSES : [...seen].sort();
}

function objectsOf({ objects }: VocAnnotation, classes: readonly string[], file: string): ImageObject[] {
  return objects.map((object) => {
    const { name, difficult, truncated } = object;
    const label = classes.indexOf(name);
    if (label < 0) throw new FileError(file, `${quoted(name)} is not a class`, 'correct it or the class list');
    return { label, box: boxOfVoc(object), difficult, truncated };
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
