import { FileError } from '../runtime/errors.js';
import { exifOrientation } from './exif.js';
import { DAMAGED } from './image-limits.js';

/** What the markers of a JPEG file say, without decoding a pixel. */
export interface JpegHeader {
  width: number;
  height: number;
  progressive: boolean;
  /** Component ids in the order of the frame, e.g. 1, 2, 3. */
  components: number[];
  /** 8x8 blocks of all components, for judging whether the data can be enough. */
  blocks: number;
  /** The colour transform of an Adobe APP14 segment: 0 none, 1 YCbCr, 2 YCCK. */
  adobeTransform?: number;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  scans: number;
  /** Bytes of entropy-coded data. */
  scanBytes: number;
  /** Whether the end-of-image marker is there. */
  complete: boolean;
}

const END = 0xd9;
const START_OF_SCAN = 0xda;
const EXIF = 0xe1;
const ADOBE = 0xee;
const UNSUPPORTED_FRAMES: Record<number, string> = {
  195: 'a lossless',
  197: 'a hierarchical',
  198: 'a hierarchical',
  199: 'a hierarchical',
  201: 'an arithmetic-coded',
  202: 'an arithmetic-coded',
  203: 'an arithmetic-coded',
  205: 'an arithmetic-coded',
  206: 'an arithmetic-coded',
  207: 'an arithmetic-coded',
};

/** Walks over the markers of a whole file. Throws FileError when it is cut off in a header or of an unsupported kind. */
export function readJpegHeader(bytes: Uint8Array, file: string): JpegHeader {
  const header: JpegHeader = {
    width: 0,
    height: 0,
    progressive: false,
    components: [],
    blocks: 0,
    orientation: 1,
    scans: 0,
    scanBytes: 0,
    complete: false,
  };
  let position = 2;
  while (!header.complete) {
    position = nextMarker(bytes, position);
    if (position >= bytes.length) break;
    const marker = bytes[position++]!;
    if (marker === END) header.complete = true;
    if (isStandalone(marker)) continue;
    const length = (bytes[position]! << 8) | bytes[position + 1]!;
    if (length < 2 || position + length > bytes.length) throw new FileError(file, 'is cut off', DAMAGED);
    readSegment(header, marker, bytes.subarray(position + 2, position + length), file);
    position += length;
    if (marker === START_OF_SCAN) {
      const end = endOfScan(bytes, position);
      header.scanBytes += end - position;
      position = end;
    }
  }
  if (header.scans === 0) throw new FileError(file, 'is cut off before the picture starts', DAMAGED);
  return header;
}

function readSegment(header: JpegHeader, marker: number, content: Uint8Array, file: string): void {
  const unsupported = UNSUPPORTED_FRAMES[marker];
  if (unsupported) throw new FileError(file, `is ${unsupported} JPEG`, 'convert it to a baseline or progressive JPEG');
  if (marker >= 0xc0 && marker <= 0xc2) readFrame(header, marker, content, file);
  if (marker === EXIF && header.orientation === 1) header.orientation = exifOrientation(content);
  if (marker === ADOBE && content.length >= 12 && String.fromCharCode(...content.subarray(0, 5)) === 'Adobe') {
    header.adobeTransform = content[11]!;
  }
  if (marker === START_OF_SCAN) {
    if (header.components.length === 0) throw new FileError(file, 'has picture data before its size', DAMAGED);
    header.scans++;
  }
}

function readFrame(header: JpegHeader, marker: number, content: Uint8Array, file: string): void {
  const count = content[5] ?? 0;
  if (header.components.length > 0 || count < 1 || content.length < 6 + count * 3) {
    throw new FileError(file, 'has a damaged frame header', DAMAGED);
  }
  if (content[0] !== 8) throw new FileError(file, `has ${content[0]} bits a sample`, 'convert it to 8 bits');
  header.progressive = marker === 0xc2;
  header.height = (content[1]! << 8) | content[2]!;
  header.width = (content[3]! << 8) | content[4]!;
  const sampling = Array.from({ length: count }, (_, i) => content[7 + i * 3]!);
  const [maxH, maxV] = [Math.max(...sampling.map((s) => s >> 4)), Math.max(...sampling.map((s) => s & 15))];
  for (let i = 0; i < count; i++) {
    const [h, v] = [sampling[i]! >> 4, sampling[i]! & 15];
    if (h < 1 || h > 4 || v < 1 || v > 4) throw new FileError(file, `has sampling factors ${h}x${v}`, DAMAGED);
    header.components.push(content[6 + i * 3]!);
    header.blocks += Math.ceil((header.width * h) / maxH / 8) * Math.ceil((header.height * v) / maxV / 8);
  }
}

/** Position of the next marker's second byte, or the length of the file; stray bytes before it are skipped. */
function nextMarker(bytes: Uint8Array, start: number): number {
  let position = bytes.indexOf(0xff, start);
  if (position < 0) return bytes.length;
  while (bytes[position] === 0xff) position++;
  return position;
}

/** First byte after the entropy-coded data: a 0xff that is neither stuffed nor a restart marker. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}

/** Markers without a length: 0xff00 (stuffing), TEM, restarts, start and end of image. */
function isStandalone(marker: number): boolean {
  return marker <= 1 || (marker >= 0xd0 && marker <= END);
}
