import type { OnnxNode } from '../../../io/onnx/schema.js';
import { withElements } from './external-data.js';
import type { SourceGraph } from './source-graph.js';
import { checkTensor, integersOf } from './tensor-data.js';

/** Lists of sizes and edges are short. */
const MOST = 4096;
/** Steps from a shape to what is made of it. */
const DEEPEST = 64;

type Numbers = readonly number[];

/** Whole numbers and the shape that they have; a batch is of one picture. */
interface Table {
  readonly values: Numbers;
  readonly dims: Numbers;
}

/**
 * The whole numbers that a graph computes from the shapes of its maps, for maps of one shape: how exporters write sizes that are not
 * fixed.
 */
class WholeNumbers {
  private readonly known = new Map<string, Table | undefined>();

  constructor(
    private readonly graph: SourceGraph,
    /** The shape that every map is taken to have. */
    private readonly shape: Numbers,
  ) {}

  /** The numbers of a tensor; undefined where they do not come from shapes and constants alone. */
  of(name: string, depth = 0): Table | undefined {
    if (this.known.has(name)) return this.known.get(name);
    if (depth > DEEPEST) return undefined;
    const constant = this.graph.constant(name);
    const table = constant ? { values: integersOf(constant), dims: constant.dims } : this.computed(name, depth);
    const short = table && table.values.length <= MOST ? table : undefined;
    this.known.set(name, short);
    return short;
  }

  private computed(name: string, depth: number): Table | undefined {
    const node = this.graph.producer(name);
    if (!node) return undefined;
    if (node.opType === 'Shape') return list(this.shape);
    const { opType = '' } = node;
    const rule = Object.hasOwn(RULES, opType) ? RULES[opType] : undefined;
    if (!rule) return undefined;
    for (const { tensor } of node.attributes)
      if (tensor) checkTensor(withElements(tensor, this.graph.path), this.graph.path);
    const inputs: Table[] = [];
    for (const input of node.inputs) {
      const table = this.of(input, depth + 1);
      if (!table) return undefined;
      inputs.push(table);
    }
    return rule(inputs, node, name);
  }
}

const list = (values: Numbers): Table => ({ values, dims: [values.length] });

type Rule = (inputs: readonly Table[], node: OnnxNode, output: string) => Table | undefined;

/** Number by number; a list of one meets all of the other. */
const each =
  (of: (a: number, b: number) => number): Rule =>
  ([first, second]) => {
    const [a, b] = [first?.values ?? [], second?.values ?? []];
    if (a.length === 0 || b.length === 0) return undefined;
    return list(Array.from({ length: Math.max(a.length, b.length) }, (_, i) => of(a[i % a.length]!, b[i % b.length]!)));
  };

const same: Rule = ([table]) => table;

const RULES: Readonly<Record<string, Rule>> = {
  Add: each((a, b) => a + b),
  Cast: same,
  Concat: (inputs) => list(inputs.flatMap(({ values }) => values)),
  ConstantOfShape: ([shape], { attributes }) => {
    const value = attributes.find(({ name }) => name === 'value')?.tensor;
    const dims = shape!.values;
    const count = dims.reduce((product, side) => product * side, 1);
    const sound = dims.every((side) => Number.isInteger(side) && side >= 0) && count <= MOST;
    return sound ? { values: Array(count).fill(value ? integersOf(value)[0] : 0), dims } : undefined;
  },
  Div: each((a, b) => Math.trunc(a / b)),
  Gather: ([table, places]) => {
    const found = (places?.values ?? []).map((place) => table?.values.at(place));
    return found.every((value) => value !== undefined) ? list(found) : undefined;
  },
  Identity: same,
  Mul: each((a, b) => a * b),
  Range: ([first, second, third]) => {
    const [start = 0, limit = 0, step = 0] = [first, second, third].map((table) => table?.values[0]);
    const count = Math.ceil((limit - start) / step);
    return count >= 0 && count <= MOST ? list(Array.from({ length: count }, (_, i) => start + i * step)) : undefined;
  },
  Reshape: ([table, shape]) => {
    const { values } = table!;
    const known = shape!.values.reduce((product, side) => (side > 0 ? product * side : product), 1);
    const dims = shape!.values.map((side) => (side === -1 ? values.length / known : side));
    return dims.reduce((product, side) => product * side, 1) === values.length ? { values, dims } : undefined;
  },
  // Of lists, and of the rows of tables, also backwards.
  Slice: ([table, start, end, axes, steps]) => {
    const { values, dims } = table!;
    const [rows = 0, columns = 1] = dims;
    const step = steps?.values[0] ?? 1;
    if (dims.length > 2 || (axes?.values[0] ?? 0) !== 0 || Math.abs(step) !== 1) return undefined;
    const places = Array.from({ length: rows }, (_, row) => row);
    const bound = (at: number): number => Math.max(-1, Math.min(rows, at < 0 ? at + rows : at));
    const from = bound(start?.values[0] ?? 0);
    const to = end!.values[0]! < -rows ? -1 : bound(end!.values[0]!);
    const taken =
      step > 0
        ? places.slice(Math.max(0, from), Math.max(0, to))
        : places.filter((row) => row <= from && row > to).reverse();
    return {
      values: taken.flatMap((row) => values.slice(row * columns, (row + 1) * columns)),
      dims: [taken.length, ...dims.slice(1)],
    };
  },
  Split: ([table], node, output) => {
    const values = table?.values ?? [];
    const size = values.length / node.outputs.length;
    const place = node.outputs.indexOf(output);
    return Number.isInteger(size) ? list(values.slice(place * size, (place + 1) * size)) : undefined;
  },
  Squeeze: same,
  Sub: each((a, b) => a - b),
  Transpose: ([table]) => {
    const { values, dims } = table!;
    const [rows = 0, columns = 0] = dims;
    if (dims.length !== 2) return dims.length === 1 ? table : undefined;
    const turned = Array.from(
      { length: values.length },
      (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
    );
    return { values: turned, dims: [columns, rows] };
  },
  Unsqueeze: same,
};

/** The whole numbers that a tensor holds whatever the size of the map; undefined where it has none, or others. */
export function numbersOf(graph: SourceGraph, name: string): Numbers | undefined {
  const [first, second] = SHAPES.map(
    ([height, width]) => new WholeNumbers(graph, [1, 8, height, width]).of(name)?.values,
  );
  return first && String(first) === String(second) ? first : undefined;
}

/** Whether a graph computes a tensor as `wanted` says, for maps of several shapes. */
export function computes(
  graph: SourceGraph,
  name: string,
  wanted: (height: number, width: number) => readonly number[],
): boolean {
  return SHAPES.every(([height, width]) => {
    const found = new WholeNumbers(graph, [1, 8, height, width]).of(name);
    return found !== undefined && String(found.values) === String(wanted(height, width));
  });
}

/** Sides with other remainders by every small number of bins. */
const SHAPES = [
  [7, 10],
  [13, 9],
  [32, 41],
] as const;
