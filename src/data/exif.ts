const EXIF_NAME = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** The orientation (1 to 8) in a JPEG APP1 segment's content; 1 where there is none or the segment is damaged. */
export function exifOrientation(segment: Uint8Array): number {
  return EXIF_NAME.some((byte, i) => segment[i] !== byte) ? 1 : tiffOrientation(segment.subarray(EXIF_NAME.length));
}

/** The orientation (1 to 8) in EXIF data by itself, as a PNG eXIf chunk holds it; 1 where there is none or it is damaged. */
export function tiffOrientation(data: Uint8Array): number {
  const tiff = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (tiff.byteLength < 8) return 1;
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return 1;
  const count = tiff.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.byteLength) return 1;
    if (tiff.getUint16(entry, little) !== ORIENTATION_TAG || tiff.getUint16(entry + 2, little) !== SHORT) continue;
    const orientation = tiff.getUint16(entry + 8, little);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}
