import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { fileHash } from '../io/file-hash.node.js';
import { plainFileSize } from '../io/plain-file.node.js';
import { SafetensorsFile } from '../io/safetensors.node.js';
import { FileError } from '../runtime/errors.js';
import { fileInMemory, looksLikeOnnx } from './file-in-memory.js';
import { readBeside } from './onnx/beside.node.js';
import { filesBeside } from './onnx/import/source-graph.js';
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
  return { ...(await fileInMemory(bytes, path, readBeside(path))), close, [Symbol.asyncDispose]: close };
}

/**
 * SHA-256 of a model's file, and of what an ONNX file has put into others beside it.
 * @throws FileError where one of them cannot be read
 */
export async function modelHash(path: string): Promise<string> {
  const own = await fileHash(path);
  const bytes = await withFileErrors(path, () => onnxBytes(path));
  const beside = bytes ? filesBeside(bytes, path) : [];
  if (beside.length === 0) return own;
  const parts = await Promise.all(beside.map((location) => fileHash(join(dirname(path), location))));
  return createHash('sha256')
    .update([own, ...parts].join())
    .digest('hex');
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
