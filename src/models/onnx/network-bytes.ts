import { bytesOfPieces } from '../../io/protobuf-message.js';
import { concatArrays } from '../../runtime/concat-arrays.js';
import type { Network } from '../network.js';
import { type OnnxOptions, onnxOf } from './export-network.js';

/** What `encodeOnnx` does, which pages load with the first call. */
export async function networkBytes(network: Network, options: OnnxOptions): Promise<Uint8Array> {
  const state = network.stateDict();
  const weights = async ({ name }: { readonly name: string }): Promise<Float32Array> =>
    (await state.get(name)!.data()) as Float32Array;
  const { file } = onnxOf(network.architecture, { ...options, weights });
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOfPieces(file)) pieces.push(piece);
  return concatArrays(Uint8Array, pieces);
}
