import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import type { PictureSize } from './dataset.js';
import type { ImageObject } from './objects.js';

export interface CocoPicture {
  /** As the file has it: relative, with `/`, never out of its folder. */
  readonly name: string;
  /** Size of the picture as the file has it; null where it says nothing. */
  readonly size: PictureSize | null;
  readonly objects: readonly ImageObject[];
}

export interface CocoAnnotations {
  /** By rising number of the category. */
  readonly classes: readonly string[];
  /** In the order of the file. */
  readonly pictures: readonly CocoPicture[];
}

const WAY_OUT = 'correct the annotations';

type Node = Readonly<Record<string, unknown>>;
type Id = number | string;

/**
 * Reads annotations in COCO's format. `file` names it in errors.
 * @param skip gets what is wrong with one picture or one annotation; the picture is left out, since things of it are missing
 * @throws FileError where the text is not JSON of that format at all
 */
export function parseCoco(text: string, file: string, skip: (problem: FileError) => void): CocoAnnotations {
  const root = parseJson(text, file);
  const numbers = new Map<Id, number>();
  const categories = listIn(root, 'categories', file)
    .map((value, i) => categoryOf(value, `categories[${i}]`, file))
    .sort(({ id: a }, { id: b }) => (a < b ? -1 : Number(a > b)));
  for (const { id, name } of categories) {
    const same = categories.find((other) => other.name === name && other.id !== id);
    if (same || numbers.has(id)) throw new FileError(file, `has the category ${quoted(name)} twice`, WAY_OUT);
    numbers.set(id, numbers.size);
  }
  const pictures = new Map<Id, CocoPicture & { objects: ImageObject[] }>();
  const left = new Set<Id>();
  for (const [i, value] of listIn(root, 'images', file).entries()) {
    try {
      const picture = pictureOf(value, `images[${i}]`, file);
      if (pictures.has(picture.id)) {
        throw new FileError(file, `images[${i}]: its id ${quoted(picture.id)} is that of another picture`, WAY_OUT);
      }
      pictures.set(picture.id, picture);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (isNode(value) && isId(value.id)) left.add(value.id);
      skip(error);
    }
  }
  requireSome();
  for (const [i, value] of (root.annotations === undefined ? [] : listIn(root, 'annotations', file)).entries()) {
    try {
      if (isNode(value) && left.has(value.image_id as Id)) continue;
      const { picture, object } = objectOf(value, `annotations[${i}]`, file, numbers);
      const own = pictures.get(picture);
      if (!own) throw new FileError(file, `annotations[${i}]: there is no picture ${quoted(picture)}`, WAY_OUT);
      own.objects.push(object);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (isNode(value) && isId(value.image_id)) {
        pictures.delete(value.image_id);
        left.add(value.image_id);
      }
      skip(error);
    }
  }
  requireSome();
  return { classes: categories.map(({ name }) => name), pictures: [...pictures.values()] };

  function requireSome(): void {
    if (pictures.size === 0) throw new FileError(file, 'has no pictures that can be used', WAY_OUT);
  }
}

function parseJson(text: string, file: string): Node {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    const [line] = String((error as Error).message).split('\n');
    throw new FileError(file, `is not valid JSON (${line})`, 'give annotations in the format of COCO');
  }
  if (isNode(root)) return root;
  throw new FileError(file, 'is not an object of JSON', 'give annotations in the format of COCO');
}

function listIn(root: Node, name: string, file: string): readonly unknown[] {
  const list = root[name];
  if (Array.isArray(list)) return list as unknown[];
  throw new FileError(file, `has no list "${name}"`, 'give annotations in the format of COCO');
}

function categoryOf(value: unknown, where: string, file: string): { id: Id; name: string } {
  const node = nodeOf(value, where, file);
  return { id: idIn(node, 'id', where, file), name: nameIn(node, 'name', where, file) };
}

function pictureOf(value: unknown, where: string, file: string): CocoPicture & { id: Id; objects: ImageObject[] } {
  const node = nodeOf(value, where, file);
  const name = nameIn(node, 'file_name', where, file);
  if (/^(?:[/\\]|[a-z]:)/iu.test(name) || name.split(/[/\\]/u).includes('..')) {
    throw new FileError(file, `${where}: file_name ${quoted(name)} leads out of the folder of the pictures`, WAY_OUT);
  }
  const { width, height } = node;
  const known = typeof width === 'number' && typeof height === 'number' && width > 0 && height > 0;
  return { id: idIn(node, 'id', where, file), name, size: known ? { width, height } : null, objects: [] };
}

function objectOf(
  value: unknown,
  where: string,
  file: string,
  numbers: ReadonlyMap<Id, number>,
): { picture: Id; object: ImageObject } {
  const node = nodeOf(value, where, file);
  const category = idIn(node, 'category_id', where, file);
  const label = numbers.get(category);
  if (label === undefined) throw new FileError(file, `${where}: there is no category ${quoted(category)}`, WAY_OUT);
  const { bbox } = node;
  if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every((side) => Number.isFinite(side))) {
    throw new FileError(file, `${where}: bbox is ${quoted(bbox)}, not x, y, width and height`, WAY_OUT);
  }
  const [x0, y0, width, height] = bbox as [number, number, number, number];
  const flag = (name: string): boolean => flagIn(node, name, where, file);
  return {
    picture: idIn(node, 'image_id', where, file),
    object: {
      label,
      box: { x0, y0, x1: x0 + width, y1: y0 + height },
      difficult: flag('iscrowd') || flag('ignore'),
      truncated: false,
    },
  };
}

function flagIn(node: Node, name: string, where: string, file: string): boolean {
  const value = node[name] ?? 0;
  if (value === 0 || value === 1 || typeof value === 'boolean') return Boolean(value);
  throw new FileError(file, `${where}: ${name} is ${quoted(value)}, not 0 or 1`, WAY_OUT);
}

function idIn(node: Node, name: string, where: string, file: string): Id {
  const value = node[name];
  if (isId(value)) return value;
  throw new FileError(file, `${where}: ${name} is ${quoted(value)}, not a number`, WAY_OUT);
}

function nameIn(node: Node, name: string, where: string, file: string): string {
  const value = node[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new FileError(file, `${where}: ${name} is ${quoted(value)}, not a name`, WAY_OUT);
}

function nodeOf(value: unknown, where: string, file: string): Node {
  if (isNode(value)) return value;
  throw new FileError(file, `${where} is ${quoted(value)}, not an object`, WAY_OUT);
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || Number.isFinite(value);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
