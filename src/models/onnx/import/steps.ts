import type { OnnxTensor } from '../../../io/onnx/schema.js';
import type { JoinLayer, LayerRecord } from '../../layers/index.js';
import type { Border } from './padding.js';

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

/** What a tensor of the file is among the steps. */
export interface Value {
  /** The step that makes it; -1: the pictures. */
  readonly step: number;
  /** Whether it was made a vector, which layers here do by themselves. */
  readonly flat: boolean;
  /** Levels of a pyramid over the output of `step`, which become one layer where they come together. */
  readonly levels?: readonly number[];
  /** A border around the map, which the layer behind it takes into its padding. */
  readonly border?: Border;
}

/** Steps as they are read, from front to back. */
export class Steps {
  readonly list: Step[] = [];
  readonly values = new Map<string, Value>();
  private readonly names = new Set<string>();
  private readonly counts = new Map<string, number>();

  /** Adds a step and gives its place. */
  add(step: Omit<Step, 'parameters'> & Partial<Pick<Step, 'parameters'>>): number {
    this.list.push({ parameters: {}, ...step });
    return this.list.length - 1;
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
