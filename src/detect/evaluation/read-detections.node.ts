import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImageDataset } from '../../data/dataset.js';
import { pictureFinder } from '../../data/picture-finder.js';
import { listFolder } from '../../data/walk-folder.node.js';
import { withFileErrors } from '../../io/file-errors.node.js';
import { readPlainFile } from '../../io/plain-file.node.js';
import { decodeText } from '../../io/text.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import type { Detection } from '../detection.js';
import { type NamedDetection, type PictureDetections, parseDetections } from './parse-detections.js';
import { classOfResults, parseVocResults } from './voc-results.js';

/** Text of more than 2^29 characters cannot be. */
const MAX_BYTES = 500_000_000;

/** What was found in the pictures of a set. */
export interface FoundObjects {
  /** One list per picture. */
  readonly perPicture: readonly (readonly Detection[])[];
  /** What does not count, and why; one line each. */
  readonly notes: readonly string[];
}

/**
 * Reads detections made elsewhere: a file as `sppgpu detect --json` prints it, or a folder with a file of results per class
 * as VOC's development kit has them (`comp4_det_test_car.txt`). Detections in pictures, or of classes, that the set does not
 * have do not count.
 * @throws FileError where they cannot be read, or are of no picture of the set
 */
export async function readDetections(path: string, dataset: ImageDataset): Promise<FoundObjects> {
  const stats = await withFileErrors(path, () => stat(path));
  const { records, notes } = stats.isDirectory()
    ? await readResults(path, dataset.classes)
    : { records: parseDetections(await textOf(path), path), notes: [] };
  const entries = Array.from({ length: dataset.length }, (_, index) => dataset.entry(index));
  const find = pictureFinder(entries.map(({ id, path = id }) => ({ path, id })));
  const perPicture: Detection[][] = Array.from({ length: dataset.length }, () => []);
  const given = new Set<number>();
  const strangers: string[] = [];
  const unknown = new Map<string, number>();
  for (const { file, detections } of records) {
    const [index, other] = find(file);
    if (index === undefined || other !== undefined) {
      strangers.push(file);
      continue;
    }
    if (given.has(index)) throw new FileError(path, `has ${quoted(file)} twice`, 'give each picture once');
    given.add(index);
    for (const { label: name, score, box } of detections) {
      const label = dataset.classes.indexOf(name);
      if (label < 0) unknown.set(name, (unknown.get(name) ?? 0) + 1);
      else perPicture[index]!.push({ label, score, box });
    }
  }
  if (given.size === 0 && strangers.length > 0) {
    const way = 'give detections of its pictures';
    throw new FileError(path, `has no picture of ${dataset.name} (${quoted(strangers[0])} is not one)`, way);
  }
  if (strangers.length > 0) {
    notes.push(
      `${path}: ${strangers.length} of its pictures are not in ${dataset.name}, such as ${quoted(strangers[0])}`,
    );
  }
  for (const [name, count] of unknown) {
    notes.push(`${path}: ${count} detections are ${quoted(name)}, which is not a class of ${dataset.name}`);
  }
  const without = dataset.length - given.size;
  if (without > 0)
    notes.push(`${path}: has nothing of ${without} of the ${dataset.length} pictures of ${dataset.name}`);
  return { perPicture, notes };
}

async function readResults(
  folder: string,
  classes: readonly string[],
): Promise<{ records: PictureDetections[]; notes: string[] }> {
  const names = (await listFolder(folder)).files.filter((name) => name.endsWith('.txt'));
  const perPicture = new Map<string, NamedDetection[]>();
  const seen = new Map<string, string>();
  const notes: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const label = classOfResults(basename(name), classes);
    if (label === undefined) {
      notes.push(`${path}: is of no class of the set by its name; not used`);
      continue;
    }
    const other = seen.get(label);
    if (other !== undefined) throw new FileError(path, `is of the class ${quoted(label)}, as ${other} is`, 'keep one');
    seen.set(label, name);
    for (const { picture, detection } of parseVocResults(await textOf(path), label, path)) {
      const own = perPicture.get(picture);
      if (own) own.push(detection);
      else perPicture.set(picture, [detection]);
    }
  }
  if (seen.size === 0) {
    throw new FileError(folder, 'has no results of a class of the set', 'give files such as comp4_det_test_car.txt');
  }
  return { records: [...perPicture].map(([file, detections]) => ({ file, detections })), notes };
}

async function textOf(path: string): Promise<string> {
  const bytes = await readPlainFile(path, { maxBytes: MAX_BYTES, wayOut: 'give a file of detections' });
  return decodeText(bytes, path);
}
