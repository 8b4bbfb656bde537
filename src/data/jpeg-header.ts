import { FileError } from '../runtime/errors.js';
import { checkImageSize, DAMAGED } from './check-limits.js';
import { exifOrientation } from './exif.js';
import type { ImageLimits } from './image-limits.js';
import { type JpegComponent, leastScanBytes, readHuffmanTables, type ShortestCodes } from './jpeg-scans.js';

/** What the markers of a JPEG file say, without decoding a pixel. */
export interface JpegHeader {
  width: number;
  height: number;
  progressive: boolean;
  /** In the order of the frame. */
  components: JpegComponent[];
  /** 8x8 blocks of all components. */
  blocks: number;
  /** Whether there is an Adobe APP14 segment. */
  adobe: boolean;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  scans: number;
  /** Whether the end-of-image marker is there. */
  complete: boolean;
  /** The byte after the end-of-image marker; anything later is not part of the picture. */
  end: number;
}

const END = 0xd9;
const START_OF_SCAN = 0xda;
const HUFFMAN_TABLES = 0xc4;
const EXIF = 0xe1;
const ADOBE = 0xee;
/** Progressive files of cameras and programs have about ten scans; thousands would keep the decoder busy for hours. */
const MAX_SCANS = 200;
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

/**
 * Walks over the markers of a whole file, and looks whether each scan has the data that the picture's size asks for: a header
 * that promises millions of pixels over little data is seen through before anything is allocated.
 * Throws FileError when it is over the limits, cut off or of an unsupported kind.
 */
export function readJpegHeader(bytes: Uint8Array, file: string, limits: ImageLimits): JpegHeader {
  const header: JpegHeader = {
    width: 0,
    height: 0,
    progressive: false,
    components: [],
    blocks: 0,
    adobe: false,
    orientation: 1,
    scans: 0,
    complete: false,
    end: bytes.length,
  };
  const tables: ShortestCodes = new Map();
  let position = 2;
  while (!header.complete) {
    position = nextMarker(bytes, position);
    if (position >= bytes.length) break;
    const marker = bytes[position++]!;
    if (marker === END) Object.assign(header, { complete: true, end: position });
    if (isStandalone(marker)) continue;
    const length = (bytes[position]! << 8) | bytes[position + 1]!;
    if (length < 2 || position + length > bytes.length) throw new FileError(file, 'is cut off', DAMAGED);
    const content = bytes.subarray(position + 2, position + length);
    position += length;
    if (marker === HUFFMAN_TABLES) readHuffmanTables(content, tables);
    readSegment(header, marker, content, file);
    if (header.components.length > 0) checkImageSize(header.width, header.height, limits, file);
    if (marker !== START_OF_SCAN) continue;
    const start = position;
    position = endOfScan(bytes, start);
    const least = leastScanBytes(content, header.components, tables, header.progressive);
    if (position - start < least) throw new FileError(file, 'is cut off', DAMAGED);
  }
  checkScans(header, file);
  return header;
}

function checkScans({ components, adobe, scans, progressive, complete }: JpegHeader, file: string): void {
  if (scans === 0) throw new FileError(file, 'is cut off before the picture starts', DAMAGED);
  if (scans > MAX_SCANS) throw new FileError(file, `has ${scans} scans`, DAMAGED);
  // A lone end marker may be missing when all data is in one scan.
  if ((progressive || scans > 1) && !complete) throw new FileError(file, 'is cut off', DAMAGED);
  if (components.length === 4 && !adobe) {
    throw new FileError(file, 'has four colours without saying which', 'convert it to RGB');
  }
}

function readSegment(header: JpegHeader, marker: number, content: Uint8Array, file: string): void {
  const unsupported = UNSUPPORTED_FRAMES[marker];
  if (unsupported) throw new FileError(file, `is ${unsupported} JPEG`, 'convert it to a baseline or progressive JPEG');
  if (marker >= 0xc0 && marker <= 0xc2) readFrame(header, marker, content, file);
  if (marker === EXIF && header.orientation === 1) header.orientation = exifOrientation(content);
  if (marker === ADOBE && content.length >= 12 && String.fromCharCode(...content.subarray(0, 5)) === 'Adobe') {
    header.adobe = true;
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
  if (count !== 1 && count !== 3 && count !== 4) {
    throw new FileError(file, `has ${count} colours`, 'convert it to grey or RGB');
  }
  if (content[0] !== 8) throw new FileError(file, `has ${content[0]} bits per sample`, 'convert it to 8 bits');
  header.progressive = marker === 0xc2;
  header.height = (content[1]! << 8) | content[2]!;
  header.width = (content[3]! << 8) | content[4]!;
  const sampling = Array.from({ length: count }, (_, i) => content[7 + i * 3]!);
  const [maxH, maxV] = [Math.max(...sampling.map((s) => s >> 4)), Math.max(...sampling.map((s) => s & 15))];
  for (let i = 0; i < count; i++) {
    const [h, v] = [sampling[i]! >> 4, sampling[i]! & 15];
    if (h < 1 || h > 4 || v < 1 || v > 4) throw new FileError(file, `has sampling factors ${h}x${v}`, DAMAGED);
    const blocks = Math.ceil((header.width * h) / maxH / 8) * Math.ceil((header.height * v) / maxV / 8);
    header.components.push({ id: content[6 + i * 3]!, blocks });
    header.blocks += blocks;
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
