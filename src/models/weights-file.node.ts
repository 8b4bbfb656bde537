import { open, readFile } from 'node:fs/promises';
import { withFileErrors } from '../io/file-errors.node.js';
import { plainFileSize } from '../io/plain-file.node.js';
import { SafetensorsFile } from '../io/safetensors.node.js';
import { FileError } from '../runtime/errors.js';
import { fileInMemory, looksLikeOnnx } from './file-in-memory.js';
import type { WeightsFile } from './weights-file.js';

/** A file on a disk that its user closes. */
export interface OpenWeightsFile extends WeightsFile {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What one protobuf message, and so an ONNX file, can hold. */
const MOST_BYTES = 2 ** 31;

/** Opens a file of weights, safetensors or ONNX. @throws FileError where it cannot be read, or is not a sound one */
export async function openWeightsFile(path: string): Promise<OpenWeightsFile> {
  const bytes = await withFileErrors(path, () => onnxBytes(path));
  if (!bytes) return SafetensorsFile.open(path);
  const close = async (): Promise<void> => {};
  return { ...(await fileInMemory(bytes, path)), close, [Symbol.asyncDispose]: close };
}

/** The whole of a file that begins as ONNX files do; undefined for others. */
async function onnxBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const size = await plainFileSize(path, 'give the path of a safetensors or ONNX file');
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(9), 0, 9, 0);
    if (!looksLikeOnnx(buffer.subarray(0, bytesRead))) return undefined;
  } finally {
    await handle.close();
  }
  if (size >= MOST_BYTES)
    throw new FileError(path, `has ${size} bytes, more than an ONNX file can have`, 'check the path');
  return new Uint8Array(await readFile(path));
}
