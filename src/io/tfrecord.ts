import { maskedCrc32c } from './crc32.js';

/** A payload in TFRecord framing: u64 length, its masked CRC, the payload, its masked CRC; little-endian. */
export function frameRecord(payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + payload.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(payload.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(payload, 12);
  view.setUint32(12 + payload.length, maskedCrc32c(payload), true);
  return record;
}

/** Whether the masked CRC stored after `length` bytes from `start` is theirs. */
export function crcMatches(bytes: Uint8Array, start: number, length: number): boolean {
  const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(start + length, true);
  return stored === maskedCrc32c(bytes.subarray(start, start + length));
}
