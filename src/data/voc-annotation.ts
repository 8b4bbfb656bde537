import { XMLParser } from 'fast-xml-parser';
import { FileError } from '../runtime/errors.js';

/** One labelled object. Coordinates stand as in the file: pixels from 1, both ends inside the box, not checked further. */
export interface VocObject {
  name: string;
  difficult: boolean;
  truncated: boolean;
  xmin: number;
  ymin: number;
  xmax: number;
  ymax: number;
}

export interface VocAnnotation {
  width: number;
  height: number;
  objects: VocObject[];
}

/** Far more than any annotation has; a file is not read beyond as many bytes. */
export const MAX_ANNOTATION_CHARACTERS = 4_000_000;
const WAY_OUT = 'correct the annotation or remove the picture from the list';

/** Entities stay as they are written: an annotation needs none, and expanding them is how small files become huge. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => name === 'object',
});

/** Parses a PASCAL VOC annotation. `file` names it in errors. Throws FileError where something is missing or no number. */
export function parseVocAnnotation(xml: string, file: string): VocAnnotation {
  if (xml.length > MAX_ANNOTATION_CHARACTERS) {
    throw new FileError(file, `is larger than ${MAX_ANNOTATION_CHARACTERS} characters`, WAY_OUT);
  }
  const root = child(parseXml(xml, file), 'annotation', file);
  const size = child(root, 'size', file);
  const objects = Array.isArray(root.object) ? (root.object as unknown[]) : [];
  return {
    width: numberIn(size, 'width', file),
    height: numberIn(size, 'height', file),
    objects: objects.map((object, i) => parseObject(object, `object ${i + 1}`, file)),
  };
}

type Node = Record<string, unknown>;

function parseXml(xml: string, file: string): Node {
  try {
    return parser.parse(xml, true) as Node;
  } catch (error) {
    throw new FileError(file, `is not valid XML (${String((error as Error).message).split('\n')[0]})`, WAY_OUT);
  }
}

function parseObject(value: unknown, what: string, file: string): VocObject {
  if (!isNode(value) || typeof value.name !== 'string' || value.name === '') {
    throw new FileError(file, `${what} has no name`, WAY_OUT);
  }
  const box = child(value, 'bndbox', file);
  return {
    name: value.name,
    difficult: value.difficult === '1',
    truncated: value.truncated === '1',
    xmin: numberIn(box, 'xmin', file),
    ymin: numberIn(box, 'ymin', file),
    xmax: numberIn(box, 'xmax', file),
    ymax: numberIn(box, 'ymax', file),
  };
}

function child(node: Node, name: string, file: string): Node {
  const found = node[name];
  if (!isNode(found)) throw new FileError(file, `has no <${name}>`, WAY_OUT);
  return found;
}

function numberIn(node: Node, name: string, file: string): number {
  const text = node[name];
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new FileError(file, `<${name}> is ${JSON.stringify(text)}, not a number`, WAY_OUT);
  return value;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
