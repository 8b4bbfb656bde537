import { createRequire } from 'node:module';

/** The part of onnxruntime-node that is used. */
interface Runtime {
  readonly InferenceSession: {
    create(file: Uint8Array, options: object): Promise<{ run(feeds: object): Promise<Record<string, OrtTensor>> }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor;
}
interface OrtTensor {
  readonly data: Float32Array;
}

/** ONNX Runtime, which `npm ci --prefix bench/onnx` installs. */
export const runtime = createRequire(import.meta.url)('onnxruntime-node') as Runtime;

/** The largest difference, as a share of the largest value. */
export function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  const largest = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.reduce((worst, value, i) => Math.max(worst, Math.abs(value - theirs[i]!) / largest), 0);
}
