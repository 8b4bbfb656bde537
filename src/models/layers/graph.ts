import { Module } from '../../nn/module.js';
import { add } from '../../ops/add.js';
import { concat } from '../../ops/concat.js';
import { mul } from '../../ops/mul.js';
import type { SlidingAxis } from '../../ops/window-count.js';
import { ShapeError } from '../../runtime/errors.js';
import { scope } from '../../tensor/scope.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { ActivationLayer } from './activation.js';
import type { AdaptiveAvgPoolLayer } from './adaptive-avg-pool.js';
import type { AvgPoolLayer } from './avg-pool.js';
import type { BatchNormLayer } from './batch-norm.js';
import type { BorderLayer } from './border.js';
import type { ConvLayer } from './conv.js';
import type { DropoutLayer } from './dropout.js';
import type { FullyConnectedLayer } from './fc.js';
import type { FlattenLayer } from './flatten.js';
import type { GlobalAveragePoolLayer } from './global-average-pool.js';
import { type ActivationShape, cellsBehind, type LayerKind, type ModuleContext } from './kind.js';
import type { LrnLayer } from './lrn.js';
import type { MaxPoolLayer } from './max-pool.js';
import type { PReluLayer } from './prelu.js';
import type { ReluLayer } from './relu.js';
import type { PyramidLayer } from './spp.js';
import { type Axis, reachOf } from './window.js';

/** The sum of maps or their product (where one cell may stand for a whole map, one channel for all), or maps one behind the other on the channel axis. */
export interface JoinLayer {
  readonly type: 'add' | 'concat' | 'mul';
  readonly name: string;
}

/** Kinds that a graph may have in it: they make maps or vectors. */
export type GraphPart =
  | ActivationLayer
  | AdaptiveAvgPoolLayer
  | AvgPoolLayer
  | BatchNormLayer
  | BorderLayer
  | ConvLayer
  | DropoutLayer
  | FlattenLayer
  | FullyConnectedLayer
  | GlobalAveragePoolLayer
  | LrnLayer
  | MaxPoolLayer
  | PReluLayer
  | PyramidLayer
  | ReluLayer;

/** A layer of a graph and the nodes whose outputs it takes, by their places in the list; -1 is the input of the graph. */
export interface GraphStep {
  readonly layer: GraphPart | JoinLayer;
  readonly inputs: readonly number[];
}

/** Layers that branch and join again, as networks of other programs have them: the last one's output is the graph's. */
export interface GraphLayer {
  readonly type: 'graph';
  readonly name: string;
  readonly nodes: readonly GraphStep[];
}

export const graph = (name: string, nodes: readonly GraphStep[]): GraphLayer => ({ type: 'graph', name, nodes });

/** Gives the row of a kind; the table of kinds has this one in it. */
type KindOf = (layer: GraphPart) => LayerKind<GraphPart>;

export const isJoin = (layer: { readonly type: string }): layer is JoinLayer =>
  layer.type === 'add' || layer.type === 'concat' || layer.type === 'mul';

/** The row of the kind, which looks up the rows of the layers in it. */
export function graphKindOf(kindOf: KindOf): LayerKind<GraphLayer> {
  return {
    type: 'graph',
    window: ({ nodes }, axis) => windowOf(nodes, kindOf, axis),
    cells: ({ nodes }, size, axis) => cellsOf(nodes, size, kindOf, axis),
    output: ({ nodes }, input, at) => shapesOf(nodes, input, at, kindOf).at(-1)!,
    parameters: ({ nodes, name }, input) => {
      const shapes = shapesOf(nodes, input, name, kindOf);
      return nodes.flatMap(({ layer, inputs }) => {
        if (isJoin(layer)) return [];
        const specs = kindOf(layer).parameters?.(layer, shapeAt(shapes, input, inputs[0]!)) ?? [];
        return specs.map((spec) => ({ ...spec, name: `${layer.name}.${spec.name}` }));
      });
    },
    module: (layer, context) => new Graph(layer, context, kindOf),
    notNegative: ({ nodes }) => {
      const known: boolean[] = [];
      for (const { layer, inputs } of nodes) {
        const before = inputs.every((place) => known[place] ?? false);
        if (isJoin(layer)) known.push(before);
        else known.push(kindOf(layer).notNegative?.(layer) || (before && kindOf(layer).keepsSigns === true));
      }
      return known.at(-1)!;
    },
  };
}

const shapeAt = (shapes: readonly ActivationShape[], input: ActivationShape, place: number): ActivationShape =>
  place < 0 ? input : shapes[place]!;

/** The shapes that each node of a graph takes first, for an input of the graph. */
export function graphShapes({ nodes, name }: GraphLayer, input: ActivationShape, kindOf: KindOf): ActivationShape[] {
  const shapes = shapesOf(nodes, input, name, kindOf);
  return nodes.map(({ inputs }) => shapeAt(shapes, input, inputs[0]!));
}

/** The shape of every node's output. @throws ShapeError where a layer does not take its input, or shapes do not join */
function shapesOf(nodes: readonly GraphStep[], input: ActivationShape, at: string, kindOf: KindOf): ActivationShape[] {
  const shapes: ActivationShape[] = [];
  for (const { layer, inputs } of nodes) {
    const given = inputs.map((place) => shapeAt(shapes, input, place));
    const name = `${at}.${layer.name}`;
    shapes.push(isJoin(layer) ? joinedShape(layer, given, name) : kindOf(layer).output(layer, given[0]!, name));
  }
  return shapes;
}

/** The map, or vector of vectors, that a join makes. @throws ShapeError naming `at` where its inputs do not fit */
export function joinedShape({ type }: JoinLayer, given: readonly ActivationShape[], at: string): ActivationShape {
  const sides = given[0]!.map((_, axis) => Math.max(...given.map((shape) => shape[axis] ?? 0)));
  const spreads = type !== 'concat';
  const fits = given.every(
    (shape) =>
      shape.length === sides.length &&
      shape.every((side, axis) => side === sides[axis] || (spreads ? side === 1 : axis === 0)),
  );
  const what = given.every(({ length }) => length === 1) ? 'vectors' : 'maps';
  if (!fits) throw new ShapeError(`${at} cannot join ${what} of ${given.map(showShape).join(' and ')}`);
  const first = spreads ? sides[0]! : given.reduce((sum, [channels]) => sum + channels, 0);
  return [first, ...sides.slice(1)] as unknown as ActivationShape;
}

/** The widest way through the graph, as one window along an axis of the map; all ways have the same stride, else shapes do not join. */
function windowOf(nodes: readonly GraphStep[], kindOf: KindOf, axis: Axis): SlidingAxis {
  const start: SlidingAxis = { kernel: 1, stride: 1, padding: 0 };
  const ways: SlidingAxis[] = [];
  for (const { layer, inputs } of nodes) {
    const before = inputs.map((place) => (place < 0 ? start : ways[place]!));
    const widest = before.reduce((most, way) => (way.kernel > most.kernel ? way : most));
    const own = isJoin(layer) ? undefined : kindOf(layer).window?.(layer, axis);
    ways.push(own ? behind(widest, own) : widest);
  }
  return ways.at(-1)!;
}

/** Cells along an axis behind the last node, each node counted by itself, since some round up; 0 where a window does not fit. */
function cellsOf(nodes: readonly GraphStep[], size: number, kindOf: KindOf, axis: Axis): number {
  const cells: number[] = [];
  for (const { layer, inputs } of nodes) {
    const given = inputs.map((place) => (place < 0 ? size : cells[place]!));
    if (given.some((count) => count < 1)) return 0;
    cells.push(isJoin(layer) ? Math.max(...given) : cellsBehind(kindOf(layer), layer, given[0]!, axis));
  }
  return Math.max(0, cells.at(-1)!);
}

function behind(way: SlidingAxis, own: SlidingAxis): SlidingAxis {
  const { padding, paddingAfter = padding } = way;
  return {
    kernel: way.kernel + (reachOf(own) - 1) * way.stride,
    stride: way.stride * own.stride,
    padding: padding + own.padding * way.stride,
    paddingAfter: paddingAfter + (own.paddingAfter ?? own.padding) * way.stride,
  };
}

class Graph extends Module {
  private readonly parts: readonly (Module | JoinLayer['type'])[];

  constructor(
    private readonly layer: GraphLayer,
    context: ModuleContext,
    kindOf: KindOf,
  ) {
    super();
    const shapes = shapesOf(layer.nodes, context.input, layer.name, kindOf);
    this.parts = layer.nodes.map(({ layer: part, inputs }) => {
      if (isJoin(part)) return part.type;
      const input = shapeAt(shapes, context.input, inputs[0]!);
      return kindOf(part).module(part, { ...context, input, activation: 'none' });
    });
  }

  override children(): Map<string, Module> {
    const named = this.layer.nodes.map(({ layer }, i) => [layer.name, this.parts[i]!] as const);
    return new Map(named.filter((entry): entry is [string, Module] => typeof entry[1] !== 'string'));
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const values: Tensor[] = [];
      for (const [i, { inputs }] of this.layer.nodes.entries()) {
        const given = inputs.map((place) => (place < 0 ? x : values[place]!));
        const part = this.parts[i]!;
        if (part === 'concat') values.push(concat(given, { axis: 1 }));
        else if (part === 'add') values.push(given.reduce((sum, value) => add(sum, value)));
        else if (part === 'mul') values.push(given.reduce((product, value) => mul(product, value)));
        else values.push(part.forward(given[0]!));
      }
      return values.at(-1)!;
    });
  }
}
