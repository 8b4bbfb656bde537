import { noGrad } from '../autograd/mode.js';
import { scope } from '../tensor/scope.js';
import { type Shape, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Module } from './module.js';

/** A module as the summary saw it run. */
export interface SummaryRow {
  /** Dotted name; empty for the network itself. */
  readonly name: string;
  /** Name of its class. */
  readonly type: string;
  /** Of its (last) output; null if it did not run. */
  readonly output: Shape | null;
  /** Elements of its parameters, with those of the modules below. */
  readonly parameters: number;
  /** Multiplications with its own weights for this input. */
  readonly multiplyAdds: number;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  readonly parameters: number;
  readonly trainable: number;
  readonly multiplyAdds: number;
  /** The table, as torchinfo prints it. */
  toString(): string;
}

/** See `summary`. */
export function summary(network: Module, inputs: readonly Tensor[]): Summary {
  const found = [...modulesIn('', network)];
  const seen = new Map<Module, { output: Shape; products: number }>();
  const training = found.map(([, module]) => module.training);
  for (const module of new Set(found.map(([, module]) => module))) watch(module, seen);
  try {
    network.eval();
    noGrad(() => scope(() => void network.forward(...inputs)));
  } finally {
    for (const [i, [, module]] of found.entries()) {
      Reflect.deleteProperty(module, 'forward');
      module.training = training[i]!;
    }
  }
  const rows = found.map(
    ([name, module]): SummaryRow => ({
      name,
      type: module.constructor.name,
      output: seen.get(module)?.output ?? null,
      parameters: sizeOfAll(module.parameters()),
      multiplyAdds: seen.get(module)?.products ?? 0,
    }),
  );
  const totals = {
    parameters: sizeOfAll(network.parameters()),
    trainable: sizeOfAll(network.parameters().filter(({ requiresGrad }) => requiresGrad)),
    multiplyAdds: [...seen.values()].reduce((sum, { products }) => sum + products, 0),
  };
  return { rows, ...totals, toString: () => table(rows, totals) };
}

const sizeOfAll = (tensors: readonly Tensor[]) => tensors.reduce((sum, { size }) => sum + size, 0);

function* modulesIn(name: string, module: Module): Generator<[string, Module]> {
  yield [name, module];
  for (const [child, below] of module.children()) yield* modulesIn(name ? `${name}.${child}` : child, below);
}

/** Puts a `forward` of its own before that of the class, until it is deleted. */
function watch(module: Module, seen: Map<Module, { output: Shape; products: number }>): void {
  const forward = module.forward.bind(module);
  Object.defineProperty(module, 'forward', {
    configurable: true,
    enumerable: false,
    value: (...inputs: Tensor[]) => {
      const output = forward(...inputs);
      const before = seen.get(module)?.products ?? 0;
      seen.set(module, { output: output.shape, products: before + productsOf(module, output) });
      return output;
    },
  });
}

/** A weight `[out, ...]` is multiplied once for each place of the output that has a channel of `out`. */
function productsOf(module: Module, output: Tensor): number {
  const weight = module.ownParameters().get('weight');
  if (!weight || weight.rank < 2) return 0;
  const channels = output.rank === 4 ? output.shape[1] : output.shape.at(-1);
  return channels === weight.shape[0] ? (output.size / channels!) * weight.size : 0;
}

function table(rows: readonly SummaryRow[], totals: Omit<Summary, 'rows' | 'toString'>): string {
  const count = (n: number) => n.toLocaleString('en-US');
  const cells = [
    ['module', 'output', 'parameters', 'multiply-adds'],
    ...rows.map(({ name, type, output, parameters, multiplyAdds }) => {
      const depth = name === '' ? 0 : name.split('.').length;
      const label = `${'  '.repeat(depth)}${name === '' ? '' : `${name.split('.').at(-1)}: `}${type}`;
      return [
        label,
        output ? showShape(output) : '-',
        parameters ? count(parameters) : '-',
        multiplyAdds ? count(multiplyAdds) : '-',
      ];
    }),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
  const { parameters, trainable, multiplyAdds } = totals;
  return [
    ...lines,
    `${count(parameters)} parameters, ${count(trainable)} trainable, ${count(multiplyAdds)} multiply-adds`,
  ].join('\n');
}
