/** Element types. `f16` is storage only: cast to `f32` to compute. */
export type DType = 'f32' | 'f16' | 'i32' | 'u32';

export type TypedData = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export function bytesPerElement(dtype: DType): number {
  return dtype === 'f16' ? 2 : 4;
}
