import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { openCoco } from './coco.node.js';
import { type AnnotatedDataset, datasetOf, type ImageDataset, type ImageEntry } from './dataset.js';
import { loadImage, readImage } from './decode.node.js';
import type { EncodedPicture } from './inspect-image.js';
import { type ImageObject, type PixelBox, presenceOf } from './objects.js';
import { uprightBox } from './upright-box.js';
import { openVoc } from './voc.node.js';

/** Where pictures with objects are: a folder in VOC's layout and a list of its ImageSets/Main, or a file of COCO's format. */
export type DetectionSource =
  | { readonly voc: string; readonly set: string }
  | { readonly coco: string; readonly images?: string };

/** Pictures with objects that can be used as they are: upright boxes with pixels in them, inside their pictures. */
export interface DetectionSet {
  readonly dataset: ImageDataset;
  /** What was left out or mended, and where; one line each. */
  readonly notes: readonly string[];
}

/** Pictures looked at side by side. */
const AT_ONCE = 16;

/**
 * Opens pictures with objects and looks at every file: what is broken is left out and named, and so are objects without pixels
 * inside the picture; boxes that reach out of it are cut. Boxes of a picture that EXIF turns are turned with it where the
 * annotation's size shows that they belong to the picture as stored. A picture of another size than its annotation has
 * boxes that cannot be trusted: it is left out.
 * @param classes those of a model, say; objects of others are left out. By default those of the annotations
 * @throws FileError where the source cannot be read at all, or nothing is left
 */
export async function openDetectionSet(source: DetectionSource, classes?: readonly string[]): Promise<DetectionSet> {
  const notes: string[] = [];
  const skip = ({ path, problem }: FileError): void => void notes.push(`${path}: ${problem}; left out`);
  const annotated =
    'voc' in source
      ? await openVoc(source.voc, { split: source.set, skip })
      : await openCoco(source.coco, { ...(source.images !== undefined && { images: source.images }), skip });
  const names = classes ?? annotated.classes;
  const entries: ImageEntry[] = [];
  const seen = new Set<string>();
  for (let start = 0; start < annotated.length; start += AT_ONCE) {
    const indices = Array.from({ length: Math.min(AT_ONCE, annotated.length - start) }, (_, i) => start + i);
    const looked = await Promise.all(indices.map((index) => lookAt(annotated.entry(index).path!)));
    for (const [i, picture] of looked.entries()) {
      const entry = annotated.entry(indices[i]!);
      if (picture instanceof FileError) skip(picture);
      else if (seen.has(entry.id)) notes.push(`${entry.path}: is listed twice; taken once`);
      else {
        seen.add(entry.id);
        const objects = soundObjects(annotated, indices[i]!, picture, names, notes);
        if (!objects) continue;
        const labels = presenceOf(objects, names.length);
        entries.push({ ...entry, objects, labels, label: labels.indexOf(1) });
      }
    }
  }
  if (entries.length === 0) {
    const path = 'voc' in source ? source.voc : source.coco;
    throw new FileError(path, `has no picture that can be used (${notes[0] ?? 'none at all'})`, 'correct the data');
  }
  return { dataset: datasetOf(annotated.name, names, entries, (index) => loadImage(entries[index]!.path!)), notes };
}

async function lookAt(path: string): Promise<EncodedPicture | FileError> {
  return readImage(path).catch((error: unknown) => {
    if (error instanceof FileError) return error;
    throw error;
  });
}

/** The objects of a picture as they can be used; null where its boxes cannot be trusted. */
function soundObjects(
  annotated: AnnotatedDataset,
  index: number,
  picture: EncodedPicture,
  classes: readonly string[],
  notes: string[],
): ImageObject[] | null {
  const { path, objects = [] } = annotated.entry(index);
  const { width, height, orientation } = picture;
  const note = (what: string): void => void notes.push(`${path}: ${what}`);
  const [upWidth, upHeight] = orientation >= 5 ? [height, width] : [width, height];
  const size = annotated.annotatedSize(index);
  const asStored = size === null || (size.width === width && size.height === height);
  const asUpright = size === null || (size.width === upWidth && size.height === upHeight);
  if (!asStored && !asUpright) {
    note(`has ${upWidth}x${upHeight} pixels, its annotation says ${size.width}x${size.height}; left out`);
    return null;
  }
  if (!asUpright) note('its boxes are those of the picture as stored; turned upright with it');
  else if (asStored && orientation > 1) note('is turned by EXIF; its boxes are taken for those of the upright picture');
  return objects.flatMap((object, place): ImageObject[] => {
    const name = annotated.classes[object.label]!;
    const what = `object ${place + 1} (${quoted(name)})`;
    const label = classes.indexOf(name);
    if (label < 0) {
      note(`${what} is of no class that is looked for; left out`);
      return [];
    }
    const upright = asUpright ? object.box : uprightBox(object.box, width, height, orientation);
    const box = cut(upright, upWidth, upHeight);
    const problem = emptiness(upright, box);
    if (problem !== null) {
      note(`${what} ${problem}; left out`);
      return [];
    }
    if (overhang(upright, box) > 1) note(`${what} reaches out of the picture; cut`);
    return [{ ...object, label, box }];
  });
}

const cut = ({ x0, y0, x1, y1 }: PixelBox, width: number, height: number): PixelBox => ({
  x0: Math.max(0, x0),
  y0: Math.max(0, y0),
  x1: Math.min(width, x1),
  y1: Math.min(height, y1),
});

/** What makes a box useless: no extent as annotated (VOC's files then say one pixel), or none inside the picture. */
function emptiness(own: PixelBox, inside: PixelBox): string | null {
  const [width, height] = [own.x1 - own.x0, own.y1 - own.y0];
  if (!(width > 0 && height > 0)) return 'has an empty or inverted box';
  if (width <= 1 && height <= 1) return 'has a box without extent';
  return inside.x1 > inside.x0 && inside.y1 > inside.y0 ? null : 'lies outside the picture';
}

const overhang = (own: PixelBox, inside: PixelBox): number =>
  Math.max(inside.x0 - own.x0, inside.y0 - own.y0, own.x1 - inside.x1, own.y1 - inside.y1);
