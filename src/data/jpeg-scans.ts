/** The least data that a scan of a JPEG file can consist of, from its Huffman tables. */

export interface JpegComponent {
  readonly id: number;
  /** 8x8 blocks of the whole picture. */
  readonly blocks: number;
}

/** Shortest code (in bits) of each table, by the byte that names it: 0x00 to 0x03 for DC, 0x10 to 0x13 for AC. */
export type ShortestCodes = Map<number, number>;

/** Bytes of a table before its values: a name and the number of codes of each length from 1 to 16. */
const TABLE_HEAD = 17;

/** Notes the tables of a DHT segment's content; later definitions replace earlier ones. */
export function readHuffmanTables(content: Uint8Array, shortest: ShortestCodes): void {
  for (let at = 0; at + TABLE_HEAD <= content.length; ) {
    const counts = content.subarray(at + 1, at + TABLE_HEAD);
    const length = counts.findIndex((count) => count > 0);
    shortest.set(content[at]!, length < 0 ? 1 : length + 1);
    at += TABLE_HEAD + counts.reduce((sum, count) => sum + count, 0);
  }
}

/**
 * Bytes that the data of a scan has at least: each block takes a DC code and, where the scan holds all coefficients, one AC
 * code; a scan that refines DC takes a bit for each block. Scans of AC alone can skip blocks by the thousand.
 * @param content of the start-of-scan segment
 */
export function leastScanBytes(
  content: Uint8Array,
  components: readonly JpegComponent[],
  shortest: ShortestCodes,
  progressive: boolean,
): number {
  const count = content[0] ?? 0;
  const [firstCoefficient, approximation] = [content[1 + 2 * count] ?? 0, content[3 + 2 * count] ?? 0];
  if (progressive && firstCoefficient > 0) return 0;
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const component = components.find(({ id }) => id === content[1 + 2 * i]);
    const tables = content[2 + 2 * i] ?? 0;
    const dc = progressive && approximation >> 4 > 0 ? 1 : (shortest.get(tables >> 4) ?? 1);
    const ac = progressive ? 0 : (shortest.get(0x10 | (tables & 15)) ?? 1);
    bits += (component?.blocks ?? 0) * (dc + ac);
  }
  return Math.floor(bits / 8);
}
