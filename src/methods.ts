/**
 * `import 'sppgpu/methods'` gives tensors the ops as methods: `x.matmul(w).add(b).relu()`. A method is the op of its name with
 * the tensor as its first argument. Without this import a page carries only the ops that it names.
 */
import * as ops from './ops/index.js';
import { Tensor } from './tensor/tensor.js';

/** Ops that stay functions: they begin with a list, a text, a device, or a condition, or are another op that gives more. */
const FUNCTIONS = ['concat', 'einsum', 'maxPool2dWithIndices', 'preparePictures', 'stack', 'where'] as const;

/** Names of methods: those of all other ops. */
export type MethodName = Exclude<keyof typeof ops, (typeof FUNCTIONS)[number]>;

/** A function without its first argument. */
export type Method<F> = F extends (first: never, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The ops as methods. */
export type TensorMethods = { readonly [Name in MethodName]: Method<(typeof ops)[Name]> };

declare module './tensor/tensor.js' {
  interface Tensor extends TensorMethods {}
}

const functions: ReadonlySet<string> = new Set(FUNCTIONS);
for (const [name, each] of Object.entries(ops)) {
  if (functions.has(name)) continue;
  const op = each as (first: Tensor, ...rest: unknown[]) => Tensor;
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Tensor, ...rest: unknown[]): Tensor {
      return op(this, ...rest);
    },
  });
}
