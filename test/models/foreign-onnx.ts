import { expect } from 'vitest';
import { ELEMENT, MODEL, type TensorDraft } from '../../src/io/onnx/schema.js';
import { type Draft, encodedBytes, encodeMessage } from '../../src/io/protobuf-message.js';
import type { Network } from '../../src/models/network.js';
import { type AttributeValue, GraphBuilder, real } from '../../src/models/onnx/graph-builder.js';
import { randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';

export async function scoresOf(network: Network, [height, width]: readonly [number, number]): Promise<number[]> {
  const { channels } = network.architecture.input;
  const { device } = network.parameters()[0]!;
  const scores = scope(() => network.forward(randn(device, [2, channels, height, width], { seed: 7 })));
  const values = await scores.data();
  scores.dispose();
  return [...values];
}

export function expectAlike(found: readonly number[], wanted: readonly number[]): void {
  const largest = Math.max(...wanted.map(Math.abs));
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5 * largest);
}

/** An ONNX file from nodes, as another program might write it. */
export class Foreign extends GraphBuilder {
  readonly weights: TensorDraft[] = [];

  weight(name: string, dims: number[], value: (i: number) => number): string {
    const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => value(i));
    this.weights.push({ name, dims, dataType: ELEMENT.f32, rawData: new Uint8Array(values.buffer) });
    return name;
  }

  conv(x: string, from: number, to: number, kernel = 1, attributes: Record<string, AttributeValue> = {}): string {
    const name = `conv${this.nodes.length}`;
    const weight = this.weight(`${name}_w`, [to, from, kernel, kernel], (i) => Math.sin(i + to));
    const pad = (kernel - 1) / 2;
    return this.node('Conv', name, [x, weight], { pads: [pad, pad, pad, pad], ...attributes });
  }

  async bytes(
    output: string,
    changes: Draft<typeof MODEL> = {},
    own?: { dims: { value: number }[] },
  ): Promise<Uint8Array> {
    const shape = own ?? { dims: [1, 3, 16, 16].map((value, i) => (i === 1 ? { value } : { parameter: `d${i}` })) };
    const file = encodeMessage(MODEL, {
      irVersion: 8,
      operatorSets: [{ version: 17 }],
      graph: {
        nodes: this.nodes,
        initializers: [...this.constants, ...this.weights],
        inputs: [{ name: 'x', type: { tensor: { elementType: ELEMENT.f32, shape } } }],
        outputs: [{ name: output }],
      },
      ...changes,
    });
    return encodedBytes(file);
  }
}

/** A network with branches inside branches, sums and concatenations, and a flattening that is computed. */
export function branching(): [Foreign, string] {
  const onnx = new Foreign();
  const stem = onnx.node('Clip', 'six', [onnx.conv('x', 3, 8, 3), onnx.reals(0), onnx.reals(6)]);
  const left = onnx.node('LeakyRelu', 'leaky', [onnx.conv(stem, 8, 8, 3)], { alpha: real(0.2) });
  const inner = onnx.node('Add', 'inner', [left, onnx.conv(left, 8, 8)]);
  const pool = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
  const right = onnx.node('AveragePool', 'mean', [stem], pool);
  const both = onnx.node('Concat', 'both', [inner, right, onnx.node('MaxPool', 'most', [stem], pool)], { axis: 1 });
  // As PyTorch writes equal weights.
  const shared = onnx.node('Identity', 'shared', [onnx.weight('last_w', [6, 24, 1, 1], (i) => Math.sin(i))]);
  const map = onnx.node('Relu', 'last', [onnx.node('Conv', 'shared conv', [both, shared])]);
  const mean = onnx.node('GlobalAveragePool', 'gap', [map]);
  const batch = onnx.node('Gather', 'batch', [onnx.node('Shape', 'shape', [mean]), onnx.integers(0)]);
  const list = onnx.node(
    'Concat',
    'list',
    [onnx.node('Reshape', 'one', [batch, onnx.integers([1])]), onnx.integers([-1])],
    {
      axis: 0,
    },
  );
  const vector = onnx.node('Reshape', 'vector', [mean, list]);
  const matrix = onnx.weight('matrix', [6, 4], (i) => Math.cos(i));
  return [onnx, onnx.node('MatMul', 'scores', [vector, matrix])];
}
