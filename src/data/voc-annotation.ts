import { XMLParser } from 'fast-xml-parser';
import { decodeText } from '../io/text.js';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import type { PixelBox } from './objects.js';
import { decodeEntities } from './xml-entities.js';

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

/** The box of an object in this library's convention: from 0, half-open. Not checked further. */
export function boxOfVoc({ xmin, ymin, xmax, ymax }: VocObject): PixelBox {
  return { x0: xmin - 1, y0: ymin - 1, x1: xmax, y1: ymax };
}

export interface VocAnnotation {
  /** Size of the picture as the file has it; null where it says nothing. */
  width: number | null;
  height: number | null;
  objects: VocObject[];
}

/** Far more than any annotation has. */
export const MAX_ANNOTATION_CHARACTERS = 4_000_000;
const WAY_OUT = 'correct the annotation or remove the picture from the list';

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'object',
  // Text only, not CDATA; entities that the file declares are never expanded.
  entityDecoder: {
    decode: decodeEntities,
    setExternalEntities() {},
    addInputEntities() {},
    reset() {},
    setXmlVersion() {},
  },
});

/** Parses the bytes of an annotation: UTF-8, UTF-16, or what its XML declaration names. Throws FileError. */
export function decodeVocAnnotation(bytes: Uint8Array, file: string): VocAnnotation {
  const start = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/u.exec(start)?.[1];
  // Where it is UTF-16 the bytes show it; some programs name that and write UTF-8.
  const other = /^(?:utf-?16|ucs-?2)/iu.test(declared ?? '') ? undefined : declared;
  return parseVocAnnotation(decodeText(bytes, file, other), file);
}

/** Parses a PASCAL VOC annotation. `file` names it in errors. Throws FileError where something is missing or not a number. */
export function parseVocAnnotation(xml: string, file: string): VocAnnotation {
  if (xml.length > MAX_ANNOTATION_CHARACTERS) {
    throw new FileError(file, `is larger than ${MAX_ANNOTATION_CHARACTERS} characters`, WAY_OUT);
  }
  const root = child(parseXml(xml, file), 'annotation', file);
  const size = isNode(root.size) ? root.size : {};
  const objects = Array.isArray(root.object) ? (root.object as unknown[]) : [];
  return {
    width: size.width === undefined ? null : numberIn(size, 'width', file),
    height: size.height === undefined ? null : numberIn(size, 'height', file),
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
    difficult: flagIn(value, 'difficult', file),
    truncated: flagIn(value, 'truncated', file),
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
  if (!Number.isFinite(value)) throw new FileError(file, `<${name}> is ${quoted(text)}, not a number`, WAY_OUT);
  return value;
}

/** How annotation tools write yes and no; VOC itself has 1, 0, and Unspecified for what nobody looked at. */
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'yes'].map((text): [string, boolean] => [text, true]),
  ...['0', 'false', 'no', '', 'unspecified'].map((text): [string, boolean] => [text, false]),
]);

function flagIn(node: Node, name: string, file: string): boolean {
  const text = node[name] ?? '';
  const flag = typeof text === 'string' ? FLAGS.get(text.trim().toLowerCase()) : undefined;
  if (flag === undefined) throw new FileError(file, `<${name}> is ${quoted(text)}, not 0 or 1`, WAY_OUT);
  return flag;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
