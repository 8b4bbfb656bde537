import type { OnnxNode } from '../../../io/onnx/schema.js';
import { FileError } from '../../../runtime/errors.js';
import { quoted } from '../../../runtime/quote.js';

/** A node as errors name it: `node "conv1" (Conv)`. */
export function named(node: OnnxNode): string {
  const name = node.name || node.outputs[0] || '';
  return `node ${quoted(name)} (${quoted(node.opType ?? '').slice(1, -1)})`;
}

/** What is wrong with a file, or not supported in it. */
export const problem = (path: string, what: string, wayOut = 'export the network in another way'): FileError =>
  new FileError(path, what, wayOut);
