import { concatArrays } from '../../runtime/concat-arrays.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import type { Network } from '../network.js';
import type { OnnxOptions } from './export-network.js';

const NAMES: OptionNames<OnnxOptions> = {
  labels: true,
  input: true,
  probabilities: true,
  roiPool: true,
  producerVersion: true,
};

/**
 * A network as the bytes of an ONNX file: for a download, a cache, or another runtime. What writes them is loaded with the first call:
 * pages that never export do not download it.
 */
export async function encodeOnnx(network: Network, options: OnnxOptions = {}): Promise<Uint8Array> {
  checkOptions('encodeOnnx', options, NAMES);
  const [{ onnxOf }, { bytesOfPieces }] = await Promise.all([
    import('./export-network.js'),
    import('../../io/protobuf-message.js'),
  ]);
  const state = network.stateDict();
  const weights = async ({ name }: { readonly name: string }): Promise<Float32Array> =>
    (await state.get(name)!.data()) as Float32Array;
  const { file } = onnxOf(network.architecture, { ...options, weights });
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOfPieces(file)) pieces.push(piece);
  return concatArrays(Uint8Array, pieces);
}
