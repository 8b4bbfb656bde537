import { encodedBytes } from '../../io/protobuf-message.js';
import type { Network } from '../network.js';
import { type OnnxOptions, onnxOf } from './export-network.js';

/** What `encodeOnnx` does, which pages load with the first call. */
export async function encodeOnnx(network: Network, options: OnnxOptions): Promise<Uint8Array> {
  const state = network.stateDict();
  const weights = async ({ name }: { readonly name: string }): Promise<Float32Array> =>
    (await state.get(name)!.data()) as Float32Array;
  const { file } = onnxOf(network.architecture, { ...options, weights });
  return encodedBytes(file);
}
