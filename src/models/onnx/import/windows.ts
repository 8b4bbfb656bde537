import type { OnnxNode } from '../../../io/onnx/schema.js';
import { named, problem } from './problem.js';
import { Attributes } from './source-graph.js';

/**
 * The square window of a convolution or a pool.
 * @param own the kernel, where the node need not say it
 * @throws FileError naming the node for windows that layers here do not have
 */
export function squareWindow(
  node: OnnxNode,
  path: string,
  own?: readonly number[],
): { readonly kernel: number; readonly stride: number; readonly padding: number } {
  const attributes = new Attributes(node);
  const fail = (what: string) => problem(path, `${named(node)}: ${what}`);
  const only = (name: string, values: readonly number[], otherwise: number): number => {
    const [first = otherwise] = values;
    if (values.every((value) => value === first)) return first;
    throw fail(`${name} ${values.join(', ')}: only one number for both axes and all sides is supported`);
  };
  const kernel = only('kernel', attributes.ints('kernel_shape') ?? own ?? [], 0);
  const stride = only('strides', attributes.ints('strides') ?? [], 1);
  if (only('dilations', attributes.ints('dilations') ?? [], 1) !== 1) throw fail('dilations are not supported');
  const auto = attributes.text('auto_pad') || 'NOTSET';
  if (auto.startsWith('SAME')) {
    // Where the stride is 1 and the kernel odd, both sides get the same at every size.
    if (stride === 1 && kernel % 2 === 1) return { kernel, stride, padding: (kernel - 1) / 2 };
    throw fail(
      `auto_pad ${auto} with stride ${stride} pads differently by the size of the map, which is not supported`,
    );
  }
  const padding = auto === 'VALID' ? 0 : only('pads', attributes.ints('pads') ?? [], 0);
  return { kernel, stride, padding };
}
