type Elements = Uint8Array | Float32Array | Float64Array;

/** Arrays of one kind, one behind the other: `concatArrays(Float32Array, parts)`. */
export function concatArrays<A extends Elements>(kind: new (length: number) => A, parts: readonly A[]): A {
  const whole = new kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
