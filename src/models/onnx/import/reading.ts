import type { OnnxNode } from '../../../io/onnx/schema.js';
import { border, flattened } from '../../layers/foreign.js';
import { adaptiveAvgPool, globalAveragePool, spp } from '../../layers/index.js';
import type { BinnedPool } from './binned-pools.js';
import type { Border } from './padding.js';
import type { SourceGraph } from './source-graph.js';
import { Steps, type Value } from './steps.js';

/** What has been read of a graph so far. */
export class Reading {
  readonly steps: Steps;

  constructor(readonly graph: SourceGraph) {
    const { channels, dims } = graph.input;
    const [, , height, width] = dims;
    this.steps = new Steps(channels, height && width ? [height, width] : undefined);
  }

  value(name: string | undefined): Value | undefined {
    return this.steps.values.get(name ?? '');
  }

  /** The step that makes a tensor, where layers can take it; levels of a pyramid, and cells around a map, become one. */
  step(name: string | undefined): number | undefined {
    const value = this.value(name);
    if (value?.border) {
      const step = this.bordered(value.step, [value.border]);
      this.steps.values.set(name!, { step, flat: false });
      return step;
    }
    if (!value?.levels) return value?.step;
    if (!value.flat) return undefined;
    const layer = spp(this.steps.name('spp', undefined), value.levels);
    const step = this.steps.add({ layer, inputs: [value.step] });
    this.steps.values.set(name!, { step, flat: true });
    return step;
  }

  /** The step that makes a tensor as a vector, for joins of vectors; what a pool left of a map, one cell, is one as well. */
  vector(name: string): number | undefined {
    const value = this.value(name);
    if (!value || value.border) return undefined;
    if (value.levels)
      return this.steps.add({ layer: spp(this.steps.name('spp', undefined), value.levels), inputs: [value.step] });
    if (this.steps.makesVector(value.step)) return value.step;
    if (!value.flat && !this.isMeanOfMap(value.step)) return undefined;
    return this.steps.add({ layer: flattened(this.steps.name('flat', undefined)), inputs: [value.step] });
  }

  /** Whether a step makes one cell of a whole map. */
  isMeanOfMap(place: number): boolean {
    const layer = this.steps.list[place]?.layer;
    return layer?.type === 'adaptiveavgpool' && layer.bins === 1;
  }

  /** A step with cells around its map. */
  bordered(step: number, borders: readonly Border[]): number {
    return borders.reduce((place, { sides, value }) => {
      const layer = border(this.steps.name('border', undefined), sides, value);
      return this.steps.add({ layer, inputs: [place] });
    }, step);
  }

  /** Whether one node alone takes a tensor. */
  isTakenOnce(name: string): boolean {
    return this.graph.nodes.filter(({ inputs }) => inputs.includes(name)).length === 1 && name !== this.graph.output;
  }

  /** A pool into bins as a value. */
  binned(pool: BinnedPool | undefined, node: OnnxNode, flat = false): Value | undefined {
    const step = pool && this.step(pool.x);
    if (step === undefined) return undefined;
    const { bins, reduce } = pool!;
    if (reduce === 'max') return { step, flat, levels: [bins] };
    const name = this.steps.name('pool', undefined, node.name);
    // A mean that becomes a vector anyway is the usual head.
    const layer =
      bins === 1 && (flat || this.isFlattened(node)) ? globalAveragePool(name) : adaptiveAvgPool(name, bins);
    return { step: this.steps.add({ layer, inputs: [step] }), flat: layer.type === 'globalAveragePool' };
  }

  /** Whether all that takes a node's output makes a vector of it. */
  private isFlattened({ outputs }: OnnxNode): boolean {
    const takers = this.graph.nodes.filter(({ inputs }) => inputs[0] === outputs[0]);
    return (
      takers.length > 0 &&
      takers.every(({ opType = '' }) => ['Flatten', 'Reshape', 'Shape', 'Squeeze'].includes(opType))
    );
  }
}
