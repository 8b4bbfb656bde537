/**
 * The bytes that a parser was given. Anything else is a mistake of the program, not a fault of a file.
 * @throws TypeError that names `user` and what was given instead
 */
export function asBytes(user: string, bytes: unknown): Uint8Array<ArrayBuffer> {
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  if (ArrayBuffer.isView(bytes) && (bytes as Uint8Array).BYTES_PER_ELEMENT === 1)
    return bytes as Uint8Array<ArrayBuffer>;
  const given = typeof bytes === 'object' ? (bytes?.constructor?.name ?? String(bytes)) : `a ${typeof bytes}`;
  throw new TypeError(`${user}: takes the bytes of a file as a Uint8Array, not ${given}`);
}
