import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readPlainFile } from '../io/plain-file.node.js';
import { decodeText } from '../io/text.js';
import type { FileError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { type CocoAnnotations, parseCoco } from './coco-annotations.js';
import { type AnnotatedDataset, datasetOf, type ImageEntry } from './dataset.js';
import { loadImage } from './decode.node.js';
import { presenceOf } from './objects.js';

export interface CocoOptions {
  /** Folder that the file names start from; found by itself where it is a usual one. */
  images?: string;
  /** Gets what is wrong with a picture or an annotation; the picture is then left out. Without it the first one is thrown. */
  skip?: (problem: FileError) => void;
}

const NAMES: OptionNames<CocoOptions> = { images: true, skip: true };

/** The annotations of COCO's own training set are 450 MB; a text of more than 2^29 characters cannot be. */
const MAX_BYTES = 500_000_000;

/**
 * A data set with objects from one file of annotations in COCO's format (`images`, `annotations`, `categories`). Classes come in
 * the order of their numbers; what is marked `iscrowd` is difficult. Pictures lie in `images`, else beside the file, in a folder
 * `images` there or one level up, or, for `annotations/instances_NAME.json`, in `NAME` one level up. Throws FileError.
 */
export async function openCoco(path: string, options: CocoOptions = {}): Promise<AnnotatedDataset> {
  checkOptions('openCoco', options, NAMES);
  const bytes = await readPlainFile(path, { maxBytes: MAX_BYTES, wayOut: 'give a JSON file of annotations' });
  const skip =
    options.skip ??
    ((problem: FileError) => {
      throw problem;
    });
  const { classes, pictures } = parseCoco(decodeText(bytes, path), path, skip);
  const root = options.images ?? pictureFolder(path, pictures);
  const entries = pictures.map(({ name, objects }): ImageEntry => {
    const labels = presenceOf(objects, classes.length);
    return { id: name, label: labels.indexOf(1), labels, objects, path: resolve(root, name) };
  });
  const dataset = datasetOf(basename(path), classes, entries, (index) => loadImage(entries[index]!.path!));
  return { ...dataset, annotatedSize: (index) => pictures[index]!.size };
}

/** The first of the usual folders that has the first picture; the file's own where none has. */
function pictureFolder(path: string, [first]: CocoAnnotations['pictures']): string {
  const own = dirname(resolve(path));
  const part = /_([^_]+)\.json$/u.exec(basename(path))?.[1];
  const usual = [own, join(own, 'images'), join(own, '..', 'images'), ...(part ? [join(own, '..', part)] : [])];
  return usual.find((folder) => first && existsSync(join(folder, first.name))) ?? own;
}
