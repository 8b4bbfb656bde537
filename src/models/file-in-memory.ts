import { asBytes } from '../io/bytes.js';
import { parseSafetensors } from '../io/safetensors.js';
import type { ReadBeside } from './onnx/import/external-data.js';
import type { WeightsFile } from './weights-file.js';

/** Whether a file begins as ONNX files do, with their version, and not as safetensors do, with a length and a brace. */
export const looksLikeOnnx = (start: Uint8Array): boolean => start[0] === 0x08 && start[8] !== 0x7b;

/**
 * A whole file in memory, safetensors or ONNX.
 * @param readBeside gives what an ONNX file has put into others
 * @throws FileError for bytes that are not a sound one
 */
export async function fileInMemory(
  bytes: Uint8Array | ArrayBuffer,
  path: string,
  readBeside?: ReadBeside,
): Promise<WeightsFile> {
  const view = asBytes('openModel', bytes);
  if (looksLikeOnnx(view)) {
    // A page that opens none does not load what reads them.
    const { onnxFile } = await import('./onnx/import/onnx-file.js');
    return onnxFile(view, path, readBeside);
  }
  const { tensors, metadata } = parseSafetensors(bytes, path);
  return { path, header: { entries: tensors, metadata }, read: async (name) => tensors.get(name)! };
}
