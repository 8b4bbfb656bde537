import { ShapeError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { scope } from '../tensor/scope.js';
import { showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { matmul } from './matmul.js';
import { type OpRow, requireTensor } from './op.js';
import { permute } from './permute.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

/** A tensor whose axes have letters. */
interface Lettered {
  readonly tensor: Tensor;
  readonly letters: string;
}

/**
 * Einstein summation: `einsum('bij,bjk->bik', a, b)`. Letters that the output lacks are summed; without an arrow the output
 * has those that occur once, in alphabetical order. Operands are joined from left to right, each pair by one matrix product.
 * A letter twice in one operand and `...` are not taken. f32.
 * @throws ShapeError for an equation or shapes that do not fit
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const { inputs, output } = parsed(equation, operands);
  return scope(() => {
    const joined = inputs.reduce((left, right, i) => {
      const wanted = new Set([...output, ...inputs.slice(i + 1).flatMap(({ letters }) => [...letters])]);
      return join(left, right, wanted);
    });
    const kept = sumOut(joined, (letter) => output.includes(letter));
    return arranged(kept, output);
  });
}

function parsed(equation: string, operands: readonly Tensor[]): { inputs: Lettered[]; output: string } {
  const fail = (problem: string): never => {
    throw new ShapeError(`einsum: ${quoted(String(equation))} ${problem}`);
  };
  const [, left = '', arrow, right = ''] =
    /^([a-z,]*)(->([a-z]*))?$/iu.exec(String(equation).replaceAll(' ', '')) ??
    fail("is not an equation; write letters for axes, such as 'ij,jk->ik'");
  const terms = left.split(',');
  if (terms.length !== operands.length) fail(`has ${terms.length} terms for ${operands.length} tensors; give one each`);
  const sizes = new Map<string, number>();
  const inputs = terms.map((letters, i) => {
    const tensor = operands[i]!;
    requireTensor('einsum', `operand ${i + 1}`, tensor);
    if (letters.length !== tensor.rank) fail(`names ${letters.length} axes of a tensor ${showShape(tensor.shape)}`);
    if (new Set(letters).size !== letters.length) fail(`names an axis of ${letters} twice; take the diagonal first`);
    for (const [axis, letter] of [...letters].entries()) {
      const dim = tensor.shape[axis]!;
      if ((sizes.get(letter) ?? dim) !== dim) fail(`gives ${letter} the sizes ${sizes.get(letter)} and ${dim}`);
      sizes.set(letter, dim);
    }
    return { tensor, letters };
  });
  const once = [...sizes.keys()].filter((letter) => left.split(letter).length === 2).sort();
  const output = arrow ? right : once.join('');
  const unknown = [...output].find((letter) => !sizes.has(letter));
  if (unknown) fail(`wants ${unknown}, which no operand has`);
  if (new Set(output).size !== output.length) fail('names an axis of the output twice');
  return { inputs, output };
}

/** Sums over the axes that nobody asks for. */
function sumOut({ tensor, letters }: Lettered, keeps: (letter: string) => boolean): Lettered {
  const axes = [...letters].flatMap((letter, axis) => (keeps(letter) ? [] : [axis]));
  if (axes.length === 0) return { tensor, letters };
  return { tensor: sum(tensor, { axes }), letters: [...letters].filter(keeps).join('') };
}

function arranged({ tensor, letters }: Lettered, order: string): Tensor {
  return permute(
    tensor,
    [...order].map((letter) => letters.indexOf(letter)),
  );
}

/** The product of two operands, summed over the letters that both have and nobody wants: one matrix product per shared letter's value. */
function join(left: Lettered, right: Lettered, wanted: ReadonlySet<string>): Lettered {
  const a = sumOut(left, (letter) => wanted.has(letter) || right.letters.includes(letter));
  const b = sumOut(right, (letter) => wanted.has(letter) || left.letters.includes(letter));
  const both = [...a.letters].filter((letter) => b.letters.includes(letter));
  const batch = both.filter((letter) => wanted.has(letter)).join('');
  const summed = both.filter((letter) => !wanted.has(letter)).join('');
  const rows = [...a.letters].filter((letter) => !both.includes(letter)).join('');
  const columns = [...b.letters].filter((letter) => !both.includes(letter)).join('');
  const dims = ({ tensor, letters }: Lettered, order: string) =>
    [...order].map((letter) => tensor.shape[letters.indexOf(letter)]!);
  const sizes = (of: Lettered, ...orders: string[]) => orders.map((order) => sizeOf(dims(of, order)));
  const first = reshape(arranged(a, batch + rows + summed), sizes(a, batch, rows, summed));
  const second = reshape(arranged(b, batch + summed + columns), sizes(b, batch, summed, columns));
  return {
    tensor: reshape(matmul(first, second), [...dims(a, batch), ...dims(a, rows), ...dims(b, columns)]),
    letters: batch + rows + columns,
  };
}

export const row: OpRow = {
  name: 'einsum',
  family: 'matmul',
  summary: 'Einstein summation over matrix products',
  dtypes: ['f32'],
  differentiable: [0, 1],
};
