import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import { withFileErrors } from '../io/file-errors.node.js';
import { readPlainFile } from '../io/plain-file.node.js';
import { fromGrey } from '../picture/picture.js';
import { FileError } from '../runtime/errors.js';
import { datasetOf, type ImageDataset } from './dataset.js';
import { type IdxArray, idxHeader, MAX_IDX_HEADER, parseIdx, shapeText } from './idx.js';

export const FASHION_MNIST_CLASSES: readonly string[] = [
  ...['T-shirt/top', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'],
];

const MAX_BYTES = 2 ** 30;
/** Things in a file: each costs memory while an epoch is ordered, however small it is. */
const MAX_ITEMS = 10_000_000;

/** Reads an IDX file, gzipped or not (by its first bytes); what its header asks for is checked before unpacking. Throws FileError. */
export async function readIdx(path: string): Promise<IdxArray> {
  const bytes = await readPlainFile(path, { maxBytes: MAX_BYTES, wayOut: 'give the path of an IDX file' });
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const { shape, bytes: needed } = idxHeader(packed ? await unpackStart(bytes, path) : bytes, path);
  if (shape[0]! > MAX_ITEMS || needed > MAX_BYTES) {
    const limits = `at most ${MAX_ITEMS} items and ${MAX_BYTES} bytes are read`;
    throw new FileError(path, `states the shape ${shapeText(shape)}, ${needed} bytes; ${limits}`, 'make it smaller');
  }
  return parseIdx(packed ? unpack(bytes, needed, path) : bytes, path);
}

/**
 * Grey pictures and their labels from a pair of IDX files. `classes` defaults to the numbers up to the highest label.
 * Throws FileError when the files do not belong together or a label is out of range.
 */
export async function openIdx(
  imagesPath: string,
  labelsPath: string,
  classes?: readonly string[],
): Promise<ImageDataset> {
  const [images, labels] = [await readIdx(imagesPath), await readIdx(labelsPath)];
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || !width || !height) {
    throw new FileError(
      imagesPath,
      `has shape ${shapeText(images.shape)}, not pictures`,
      'give the file of the pictures',
    );
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    const problem = `has shape ${shapeText(labels.shape)}, not ${count} labels`;
    throw new FileError(labelsPath, problem, 'give the labels that belong to the pictures');
  }
  const highest = labels.data.reduce((max, label) => Math.max(max, label), 0);
  const names = classes ?? Array.from({ length: highest + 1 }, (_, label) => String(label));
  if (highest >= names.length) {
    const wrong = labels.data.indexOf(highest);
    throw new FileError(
      labelsPath,
      `label ${highest} of item ${wrong} is not in 0..${names.length - 1}`,
      'add the class',
    );
  }
  const name = basename(imagesPath);
  const entries = {
    length: labels.data.length,
    at: (index: number) => ({ id: `${name}#${index}`, label: labels.data[index]! }),
  };
  const size = width * height;
  const picture = (index: number) => fromGrey(images.data.subarray(index * size, (index + 1) * size), width, height);
  return datasetOf(name, names, entries, picture);
}

/** The train or test part of a folder with the file names of MNIST and Fashion-MNIST, gzipped or not. Throws FileError. */
export async function openIdxFolder(
  folder: string,
  split: 'train' | 'test',
  classes?: readonly string[],
): Promise<ImageDataset> {
  const names = await withFileErrors(folder, () => readdir(folder));
  const find = (kind: string): string => {
    const pattern = new RegExp(`^${split === 'train' ? 'train' : 't10k'}-${kind}[-.]idx\\d-ubyte(?:\\.gz)?$`, 'u');
    const found = names.filter((name) => pattern.test(name)).sort()[0];
    if (!found)
      throw new FileError(folder, `has no ${split} ${kind} in IDX format`, 'give the folder of the IDX files');
    return join(folder, found);
  };
  return openIdx(find('images'), find('labels'), classes);
}

/** The first unpacked bytes, enough for a header. */
async function unpackStart(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  const stream = createGunzip();
  const pieces: Buffer[] = [];
  let length = 0;
  stream.end(bytes);
  try {
    for await (const piece of stream) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length >= MAX_IDX_HEADER) break;
    }
  } catch (error) {
    throw damaged(path, error);
  }
  return Buffer.concat(pieces);
}

function unpack(bytes: Uint8Array, needed: number, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: needed });
  } catch (error) {
    const tooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (tooLong)
      throw new FileError(path, `unpacks to more than the ${needed} bytes of its shape`, 'get the file again');
    throw damaged(path, error);
  }
}

function damaged(path: string, error: unknown): FileError {
  return new FileError(path, `has damaged gzip data (${(error as Error).message})`, 'get the file again');
}
