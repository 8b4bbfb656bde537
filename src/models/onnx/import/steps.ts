import type { OnnxNode, OnnxTensor } from '../../../io/onnx/schema.js';
import { ShapeError } from '../../../runtime/errors.js';
import { isJoin, joinedShape } from '../../layers/foreign.js';
import { type ActivationShape, type JoinLayer, kindOf, type LayerRecord } from '../../layers/index.js';
import type { Border } from './padding.js';
import type { SourceGraph } from './source-graph.js';
import type { WindowPlace } from './windows.js';

/** Values of one parameter of a layer, read when they are wanted. */
export interface ParameterSource {
  readonly shape: readonly number[];
  readonly read: () => Float32Array<ArrayBuffer>;
}

/** A layer that nodes of a file were read as. */
export interface Step {
  readonly layer: LayerRecord | JoinLayer;
  /** Places of the steps whose outputs it takes; -1: the pictures. */
  readonly inputs: readonly number[];
  /** By the name below the layer's: `weight`, `running_mean`. */
  readonly parameters: Readonly<Record<string, ParameterSource>>;
}

/** What a node is read from. */
export interface ReadInput {
  readonly graph: SourceGraph;
  readonly steps: Steps;
  /** The step that makes its map or vector; -1: the pictures. */
  readonly place: number;
  /** Whether that is a vector. */
  readonly flat: boolean;
  /** Cells around that map that the node may take into its own; only windows are asked. */
  readonly border?: Border;
  /** What is known of the map, the border included. */
  readonly window: WindowPlace;
}

/** What a node was read as: a layer, and what goes around its map before. */
export interface Made extends Pick<Step, 'layer'>, Partial<Pick<Step, 'parameters'>> {
  readonly before?: readonly Border[];
}

/** Reads a node that is one layer. @throws FileError naming it for what layers here do not have */
export type Reader = (node: OnnxNode, input: ReadInput) => Made;

/** What a tensor of the file is among the steps. */
export interface Value {
  /** The step that makes it; -1: the pictures. */
  readonly step: number;
  /** Whether it was made a vector, which layers here do by themselves. */
  readonly flat: boolean;
  /** Levels of a pyramid over the output of `step`, which become one layer where they come together. */
  readonly levels?: readonly number[];
  /** Cells around the map, which a window behind it takes into its padding, or else become a layer. */
  readonly border?: Border;
}

/** Steps as they are read, from front to back. */
export class Steps {
  readonly list: Step[] = [];
  /** What each step makes of pictures of the file's own size. */
  private readonly shapes: (ActivationShape | undefined)[] = [];
  private readonly oneSided: boolean[] = [];
  readonly values = new Map<string, Value>();
  private readonly names = new Set<string>();
  private readonly counts = new Map<string, number>();

  private readonly input: ActivationShape | undefined;
  private readonly channels: number[] = [];

  /** @param size rows and columns of a picture, where the file says them */
  constructor(
    private readonly inputChannels: number,
    size: readonly [number, number] | undefined,
  ) {
    this.input = size && [inputChannels, ...size];
  }

  /** Adds a step and gives its place. */
  add(step: Omit<Step, 'parameters'> & Partial<Pick<Step, 'parameters'>>): number {
    this.shapes.push(this.shapeOf(step));
    this.oneSided.push(this.isNotNegative(step));
    this.channels.push(this.channelsOf(step));
    this.list.push({ parameters: {}, ...step });
    return this.list.length - 1;
  }

  /** Puts another step, of the same shape, in place of one. */
  replace(place: number, step: Step): void {
    this.list[place] = step;
  }

  /** Rows and columns of a step's map for pictures of the file's own size; undefined where that is not known, or it has no map. */
  mapAt(place: number): readonly [number, number] | undefined {
    const shape = place < 0 ? this.input : this.shapes[place];
    return shape?.length === 3 ? [shape[1], shape[2]] : undefined;
  }

  /** Channels of a step's map; a vector's features are not counted. */
  channelsAt(place: number): number {
    return place < 0 ? this.inputChannels : this.channels[place]!;
  }

  private channelsOf({ layer, inputs }: Pick<Step, 'layer' | 'inputs'>): number {
    if (layer.type === 'conv') return layer.outChannels;
    const before = inputs.map((place) => this.channelsAt(place));
    return layer.type === 'concat' ? before.reduce((sum, count) => sum + count, 0) : Math.max(...before);
  }

  /** Whether a step makes a vector, whatever the file calls it. */
  makesVector(place: number): boolean {
    if (place < 0) return false;
    const { layer, inputs } = this.list[place]!;
    if (['fc', 'flatten', 'globalAveragePool', 'spp'].includes(layer.type)) return true;
    const keeps = isJoin(layer) || ['activation', 'batchnorm', 'dropout', 'prelu', 'relu'].includes(layer.type);
    return keeps && this.makesVector(inputs[0]!);
  }

  /** Whether no number of a step's output is below 0. */
  notNegative(place: number): boolean {
    return this.oneSided[place] ?? false;
  }

  private isNotNegative({ layer, inputs }: Pick<Step, 'layer' | 'inputs'>): boolean {
    if (!isJoin(layer) && kindOf(layer).notNegative?.(layer)) return true;
    return (isJoin(layer) || kindOf(layer).keepsSigns === true) && inputs.every((input) => this.notNegative(input));
  }

  private shapeOf({ layer, inputs }: Pick<Step, 'layer' | 'inputs'>): ActivationShape | undefined {
    const given = inputs
      .map((place) => (place < 0 ? this.input : this.shapes[place]))
      .filter((shape) => shape !== undefined);
    if (given.length < inputs.length) return undefined;
    try {
      return isJoin(layer) ? joinedShape(layer, given, layer.name) : kindOf(layer).output(layer, given[0]!, layer.name);
    } catch (error) {
      // What does not fit is told when the network is whole.
      if (error instanceof ShapeError) return undefined;
      throw error;
    }
  }

  /**
   * A name for a layer: that of its weights in the file (`features.conv1.weight`, `layer1.0.conv1.weight`) where that is one, else
   * its kind and a number.
   */
  name(kind: string, weight: OnnxTensor | undefined, node = ''): string {
    const stem = (weight?.name ?? '').replace(/\.weight$/u, '') || node;
    const own = stem.replace(/^(features|classifier)\./u, '');
    const isName = weight ? /\.weight$/u.test(weight.name ?? '') : /^(features|classifier)\./u.test(node);
    if (isName && /^[A-Za-z][\w.]{0,200}$/u.test(own) && !this.names.has(own)) {
      this.names.add(own);
      return own;
    }
    for (;;) {
      const count = (this.counts.get(kind) ?? 0) + 1;
      this.counts.set(kind, count);
      const numbered = `${kind}${count}`;
      if (this.names.has(numbered)) continue;
      this.names.add(numbered);
      return numbered;
    }
  }
}
