/** CRC-32 in its two usual forms, both reflected: of PNG and zip (polynomial 0xedb88320), and Castagnoli (0x82f63b78). */

function crcTable(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

const PNG_TABLE = crcTable(0xedb88320);
const CASTAGNOLI_TABLE = crcTable(0x82f63b78);

function checksum(bytes: Uint8Array, table: Uint32Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** CRC-32 of `bytes` as PNG chunks carry it, an unsigned 32-bit number. */
export const crc32 = (bytes: Uint8Array): number => checksum(bytes, PNG_TABLE);

/** CRC-32C of `bytes` as an unsigned 32-bit number, the checksum of TensorBoard's record framing. */
export const crc32c = (bytes: Uint8Array): number => checksum(bytes, CASTAGNOLI_TABLE);

/** The masked form that record files store (rotated right by 15 and offset), so that a CRC of CRCs stays meaningful. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
