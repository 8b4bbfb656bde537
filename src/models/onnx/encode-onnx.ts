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
  const later = await import('./network-bytes.js');
  return later.encodeOnnx(network, options);
}
