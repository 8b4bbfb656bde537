export const DTYPES = ['f32', 'f16', 'i32', 'u32'] as const;

/**
 * Element types. `f16` is storage, on every device: `matmul`, `linear` and `conv2d` read it and sum in f32; `cast` to `f32` for all else.
 */
export type DType = (typeof DTYPES)[number];

export type TypedData = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

export function bytesPerElement(dtype: DType): number {
  return dtype === 'f16' ? 2 : 4;
}
