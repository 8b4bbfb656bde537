import { basename, join, resolve } from 'node:path';
import { FileError } from '../runtime/errors.js';
import type { AnnotatedPicture, BoundarySet } from './boundary-set.js';
import { loadImage } from './decode.node.js';
import { isPictureName } from './picture-names.js';
import { listFolder } from './walk-folder.node.js';

/** Parts of a set of boundaries. */
export type BoundaryPart = 'train' | 'val';

/** A part, and the pictures of it that have no boundaries, which are left out. */
export interface BoundaryFolder {
  readonly set: BoundarySet;
  readonly withoutBoundaries: readonly string[];
}

/**
 * Opens `<root>/<part>/images/NAME.jpg` with `<root>/<part>/boundaries/NAME.png`: grey, the mean of the annotators' maps
 * x 255. This is how BSDS500 looks once its annotations are pictures. Throws FileError.
 */
export async function openBoundaries(root: string, part: BoundaryPart): Promise<BoundaryFolder> {
  const folder = resolve(root, part);
  const images = (await listFolder(join(folder, 'images'))).files.filter(isPictureName);
  const known = new Set((await listFolder(join(folder, 'boundaries'))).files);
  const boundariesOf = (file: string): string => `${file.slice(0, file.lastIndexOf('.'))}.png`;
  const pairs = images.filter((file) => known.has(boundariesOf(file)));
  if (pairs.length === 0) {
    throw new FileError(
      folder,
      'has no images/NAME.jpg with boundaries/NAME.png',
      'give the folder above train and val',
    );
  }
  const set: BoundarySet = {
    name: `${basename(resolve(root))} ${part}`,
    length: pairs.length,
    id: (index) => pairs[index]!,
    load: (index) => {
      const file = pairs[index]!;
      return loadPair(join(folder, 'images', file), join(folder, 'boundaries', boundariesOf(file)));
    },
  };
  return { set, withoutBoundaries: images.filter((file) => !known.has(boundariesOf(file))) };
}

async function loadPair(picture: string, boundaries: string): Promise<AnnotatedPicture> {
  const image = await loadImage(picture);
  const map = await loadImage(boundaries);
  if (map.width !== image.width || map.height !== image.height) {
    const sizes = `is ${map.width} x ${map.height}, its picture ${image.width} x ${image.height}`;
    throw new FileError(boundaries, sizes, 'make it anew from the annotations of this picture');
  }
  return { image, marked: map.data.filter((_, i) => i % 3 === 0) };
}
