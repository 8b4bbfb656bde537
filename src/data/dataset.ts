import type { Picture } from '../picture/picture.js';
import { SppgpuError } from '../runtime/errors.js';
import type { ImageObject } from './objects.js';

/** Whether a picture has one class, or any number of them (VOC). */
export type LabelKind = 'single' | 'multi';

/** What is known of an item without decoding its picture. */
export interface ImageEntry {
  /** Stable name, e.g. the path below the data set's folder. */
  id: string;
  /** Class index. In multi-label sets the first class present, -1 when there is none. */
  label: number;
  /** Multi-label sets: one number per class, 1 present, 0 present but marked difficult (left out of scores), -1 absent. */
  labels?: number[];
  /** Sets for detection: the labelled things in the picture; an empty list where there are none. */
  objects?: readonly ImageObject[];
  /** File of the picture, where it has one: decode workers read it themselves. */
  path?: string;
}

export interface ImageItem extends ImageEntry {
  image: Picture;
}

/** Pictures with labels. Items are numbered 0 .. length - 1, in an order that never depends on the machine. */
export interface ImageDataset {
  readonly name: string;
  readonly classes: readonly string[];
  readonly length: number;
  entry(index: number): ImageEntry;
  /** The entry with its decoded picture. Throws FileError for an unreadable one. */
  item(index: number): Promise<ImageItem>;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A data set of pictures with objects whose annotations tell the size of the picture that they were made for. */
export interface AnnotatedDataset extends ImageDataset {
  /** Null where the annotation says nothing. */
  annotatedSize(index: number): PictureSize | null;
}

/** A list of entries: an array, or something that makes them when they are asked for. */
export interface EntryList {
  readonly length: number;
  at(index: number): ImageEntry | undefined;
}

/** A data set over a list of entries and a way to get one picture. */
export function datasetOf(
  name: string,
  classes: readonly string[],
  entries: EntryList,
  picture: (index: number) => Picture | Promise<Picture>,
): ImageDataset {
  const entry = (index: number): ImageEntry => {
    const isItem = Number.isInteger(index) && index >= 0 && index < entries.length;
    const found = isItem ? entries.at(index) : undefined;
    if (!found) throw new SppgpuError(`${name}: no item ${index}; it has ${entries.length}`);
    return found;
  };
  return {
    name,
    classes,
    length: entries.length,
    entry,
    item: async (index) => ({ ...entry(index), image: await picture(index) }),
  };
}

/** Which kind of labels a data set has. */
export function labelKind(dataset: ImageDataset): LabelKind {
  return dataset.length > 0 && dataset.entry(0).labels ? 'multi' : 'single';
}

/** Number of items of each class; in multi-label sets an item counts for every class that is present. */
export function classCounts(dataset: ImageDataset): number[] {
  const counts = new Array<number>(dataset.classes.length).fill(0);
  for (let i = 0; i < dataset.length; i++) {
    const { label, labels } = dataset.entry(i);
    if (labels) for (const [c, presence] of labels.entries()) counts[c]! += Number(presence > 0);
    else if (label >= 0) counts[label]!++;
  }
  return counts;
}
