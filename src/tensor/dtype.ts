/**
 * Element types. `f16` is storage, on every device: `matmul`, `linear` and `conv2d` read it and sum in f32; `cast` to `f32` for all else.
 */
export type DType = 'f32' | 'f16' | 'i32' | 'u32';

export type TypedData = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export function bytesPerElement(dtype: DType): number {
  return dtype === 'f16' ? 2 : 4;
}
