import type { OnnxNode } from '../../../io/onnx/schema.js';
import type { SourceGraph } from './source-graph.js';
import { integersOf } from './tensor-data.js';

/** Lists of sizes and edges are short. */
const MOST = 4096;
/** Steps from a shape to what is made of it. */
const DEEPEST = 64;

type Numbers = readonly number[];

/**
 * The whole numbers that a graph computes from the shapes of its maps, for maps of one shape: how exporters write sizes that are not
 * fixed. Lists are flat; for a batch of one picture that is enough.
 */
class WholeNumbers {
  private readonly known = new Map<string, Numbers | undefined>();

  constructor(
    private readonly graph: SourceGraph,
    /** The shape that every map is taken to have. */
    private readonly shape: Numbers,
  ) {}

  /** The numbers of a tensor; undefined where they do not come from shapes and constants alone. */
  of(name: string, depth = 0): Numbers | undefined {
    if (this.known.has(name)) return this.known.get(name);
    if (depth > DEEPEST) return undefined;
    const constant = this.graph.constant(name);
    const values = constant ? integersOf(constant) : this.computed(name, depth);
    const short = values && values.length <= MOST ? values : undefined;
    this.known.set(name, short);
    return short;
  }

  private computed(name: string, depth: number): Numbers | undefined {
    const node = this.graph.producer(name);
    if (!node) return undefined;
    if (node.opType === 'Shape') return this.shape;
    const { opType = '' } = node;
    const rule = Object.hasOwn(RULES, opType) ? RULES[opType] : undefined;
    if (!rule) return undefined;
    const inputs: Numbers[] = [];
    for (const input of node.inputs) {
      const values = this.of(input, depth + 1);
      if (!values) return undefined;
      inputs.push(values);
    }
    return rule(inputs, node, name);
  }
}

type Rule = (inputs: readonly Numbers[], node: OnnxNode, output: string) => Numbers | undefined;

/** Number by number; a list of one meets all of the other. */
const each =
  (of: (a: number, b: number) => number): Rule =>
  ([a = [], b = []]) =>
    a.length === 0 || b.length === 0
      ? undefined
      : Array.from({ length: Math.max(a.length, b.length) }, (_, i) => of(a[i % a.length]!, b[i % b.length]!));

const same: Rule = ([values]) => values;

const RULES: Readonly<Record<string, Rule>> = {
  Add: each((a, b) => a + b),
  Cast: same,
  Concat: (inputs) => inputs.flat(),
  Div: each((a, b) => Math.trunc(a / b)),
  Gather: ([values = [], places = []]) => {
    const found = places.map((place) => values.at(place));
    return found.every((value) => value !== undefined) ? found : undefined;
  },
  Identity: same,
  Mul: each((a, b) => a * b),
  Range: ([[start = 0] = [], [limit = 0] = [], [step = 0] = []]) => {
    const count = Math.ceil((limit - start) / step);
    return count >= 0 && count <= MOST ? Array.from({ length: count }, (_, i) => start + i * step) : undefined;
  },
  Reshape: same,
  Slice: ([values = [], [start = 0] = [], [end = MOST] = []]) => values.slice(start, end),
  Split: ([values = []], node, output) => {
    const size = values.length / node.outputs.length;
    const place = node.outputs.indexOf(output);
    return Number.isInteger(size) ? values.slice(place * size, (place + 1) * size) : undefined;
  },
  Squeeze: same,
  Sub: each((a, b) => a - b),
  Unsqueeze: same,
};

/** Whether a graph computes a tensor as `wanted` says, for maps of several shapes. */
export function computes(
  graph: SourceGraph,
  name: string,
  wanted: (height: number, width: number) => readonly number[],
): boolean {
  return SHAPES.every(([height, width]) => {
    const found = new WholeNumbers(graph, [1, 8, height, width]).of(name);
    return found !== undefined && String(found) === String(wanted(height, width));
  });
}

/** Sides with other remainders by every small number of bins. */
const SHAPES = [
  [7, 10],
  [13, 9],
  [32, 41],
] as const;
