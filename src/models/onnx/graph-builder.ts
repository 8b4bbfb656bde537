import {
  ATTRIBUTE_TYPE,
  type AttributeDraft,
  ELEMENT,
  type NodeDraft,
  type TensorDraft,
} from '../../io/onnx/schema.js';

/** A whole number, a text, or whole numbers; real numbers are marked by `real`. */
export type AttributeValue = number | string | readonly number[] | { readonly real: number };

/** An attribute that is a real number. */
export const real = (value: number): AttributeValue => ({ real: value });

/** Nodes and constants of an ONNX graph, collected from front to back. Tensors go by name. */
export class GraphBuilder {
  readonly nodes: NodeDraft[] = [];
  /** Small constants that the nodes share. */
  readonly constants: TensorDraft[] = [];
  private readonly taken = new Set<string>();

  /** Adds a node and gives the name of its output, which is that of the node. */
  node(
    opType: string,
    name: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    return this.nodeWithOutputs(opType, name, inputs, 1, attributes)[0]!;
  }

  /** Adds a node with several outputs, named by number. */
  nodeWithOutputs(
    opType: string,
    name: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string[] {
    const own = this.unique(name);
    const outputs = count === 1 ? [own] : Array.from({ length: count }, (_, i) => `${own}:${i}`);
    this.nodes.push({
      name: own,
      opType,
      inputs,
      outputs,
      attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return outputs;
  }

  /** Whole numbers (int64) as a vector, or one as a scalar; the same ones are stored once. */
  integers(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const name = typeof values === 'number' ? `integer ${values}` : `integers ${list.join(' ')}`;
    const rawData = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
    return this.constant({
      name,
      dataType: ELEMENT.i64,
      dims: typeof values === 'number' ? [] : [list.length],
      rawData,
    });
  }

  /** Real numbers (f32) as a vector, or one as a scalar; the same ones are stored once. */
  reals(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const name = typeof values === 'number' ? `real ${values}` : `reals ${list.join(' ')}`;
    const rawData = new Uint8Array(Float32Array.from(list).buffer);
    return this.constant({
      name,
      dataType: ELEMENT.f32,
      dims: typeof values === 'number' ? [] : [list.length],
      rawData,
    });
  }

  private constant(tensor: TensorDraft & { readonly name: string }): string {
    if (!this.taken.has(tensor.name)) this.constants.push(tensor);
    this.taken.add(tensor.name);
    return tensor.name;
  }

  private unique(name: string): string {
    let own = name;
    for (let i = 2; this.taken.has(own); i++) own = `${name} ${i}`;
    this.taken.add(own);
    return own;
  }
}

function attribute(name: string, value: AttributeValue): AttributeDraft {
  if (typeof value === 'number') return { name, int: value, type: ATTRIBUTE_TYPE.int };
  if (typeof value === 'string') return { name, text: value, type: ATTRIBUTE_TYPE.text };
  if ('real' in value) return { name, float: value.real, type: ATTRIBUTE_TYPE.float };
  return { name, ints: value, type: ATTRIBUTE_TYPE.ints };
}
