/**
 * ONNX Runtime Web 1.30 with its WebGPU provider, used as its documentation teaches: a session for each graph, weights as
 * initializers, inputs and outputs in GPU buffers. It has no gradients and trains nothing: those cases are not there.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-web';
import type { Case } from '../../src/bench/cases.js';
import type { Inputs, Instance, Runner } from '../../src/bench/harness.js';
import type { NetRecord } from '../../src/bench/nets.js';
import { ELEMENT, type TensorDraft } from '../../src/io/onnx/schema.js';
import { encodedBytes } from '../../src/io/protobuf-message.js';
import { slicedBins } from '../../src/models/onnx/bins.js';
import { GraphBuilder } from '../../src/models/onnx/graph-builder.js';
import { onnxModel } from '../../src/models/onnx/onnx-model.js';
import { installWebGPU } from './dawn.js';

export { problems } from './dawn.js';
export const library = 'ONNX Runtime Web 1.30';

let ort: typeof Ort;
let device: GPUDevice;

export const setup: Runner['setup'] = async (options) => {
  const found = await installWebGPU(options);
  acceptSharedMemory();
  ort = (await import('onnxruntime-web/webgpu')) as typeof Ort;
  ort.env.wasm.numThreads = 1;
  const { resolve } = createRequire(import.meta.url);
  ort.env.wasm.wasmBinary = readFileSync(resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm'));
  return found;
};

/** Its memory is shared between threads, whose arrays Dawn's binding for Node does not take, as browsers do: it gets a copy. */
function acceptSharedMemory(): void {
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, offset, data, from = 0, count = undefined) {
    const shared = data instanceof Uint8Array && data.buffer instanceof SharedArrayBuffer;
    if (!shared) return writeBuffer.call(this, buffer, offset, data as BufferSource, from, count);
    return writeBuffer.call(this, buffer, offset, Uint8Array.from(data.subarray(from, count && from + count)));
  };
}

/** A graph with one output, and its weights. */
interface Graph {
  readonly builder: GraphBuilder;
  readonly output: string;
  readonly shape: readonly number[];
  readonly weights?: readonly TensorDraft[];
}

/** A session of a graph whose inputs lie on the GPU. `name`: that of the output. */
async function instance(
  { inputs: specs }: Case,
  inputs: Inputs,
  names: readonly string[],
  name: string,
  { builder, output, shape, weights = [] }: Graph,
): Promise<Instance> {
  const ports = names.map((input) => ({ name: input, shape: specs[input]!.shape }));
  const outputs = [{ name: output, shape }];
  const { file } = onnxModel({ name: 'case', builder, weights, inputs: ports, outputs, metadata: {} });
  const session = await ort.InferenceSession.create(await encodedBytes(file), {
    executionProviders: ['webgpu'],
    preferredOutputLocation: 'gpu-buffer',
    logSeverityLevel: 3,
  });
  device = (await ort.env.webgpu.device) as GPUDevice;
  const buffers = names.map((input) => {
    const buffer = device.createBuffer({ size: inputs[input]!.byteLength, usage: 0x80 | 0x8 | 0x4 }); // storage, copies
    device.queue.writeBuffer(buffer, 0, inputs[input]!);
    return buffer;
  });
  const feeds = Object.fromEntries(
    ports.map(({ name: input, shape: dims }, i) => [
      input,
      ort.Tensor.fromGpuBuffer(buffers[i]!, { dataType: 'float32', dims }),
    ]),
  );
  const run = async (): Promise<Ort.Tensor> => (await session.run(feeds))[output]!;
  return {
    step: async () => (await run()).dispose(),
    wait: () => device.queue.onSubmittedWorkDone(),
    outputs: async () => ({ [name]: (await (await run()).getData(true)) as Float32Array }),
    dispose() {
      for (const buffer of buffers) buffer.destroy();
      void session.release();
    },
  };
}

const weight = ({ inputs: specs }: Case, inputs: Inputs, name: string): TensorDraft => {
  const { buffer, byteOffset, byteLength } = inputs[name]!;
  const rawData = new Uint8Array(buffer, byteOffset, byteLength);
  return { name, dataType: ELEMENT.f32, dims: specs[name]!.shape, rawData };
};

/** The four sides' padding of a window that is padded alike everywhere. */
const all = (padding: number): number[] => [padding, padding, padding, padding];

function matmul(benchCase: Case, inputs: Inputs) {
  const { m, n, transposeA, transposeB } = benchCase.attributes;
  if (transposeA || transposeB) return null;
  const builder = new GraphBuilder();
  const output = builder.node('MatMul', 'y', ['a', 'b']);
  return instance(benchCase, inputs, ['a', 'b'], 'y', { builder, output, shape: [m, n] });
}

function conv(benchCase: Case, inputs: Inputs) {
  const { direction, attributes } = benchCase;
  if (direction !== 'fwd') return null;
  const { n, o, oh, ow, kernel, stride, padding, dilation = 1, groups = 1 } = attributes;
  const builder = new GraphBuilder();
  const output = builder.node('Conv', 'y', ['x', 'w', 'b'], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: all(padding),
    dilations: [dilation, dilation],
    group: groups,
  });
  const weights = ['w', 'b'].map((name) => weight(benchCase, inputs, name));
  return instance(benchCase, inputs, ['x'], 'y', { builder, output, shape: [n, o, oh, ow], weights });
}

const pool = (builder: GraphBuilder, name: string, x: string, kernel: number, stride: number, more = {}): string =>
  builder.node('MaxPool', name, [x], { kernel_shape: [kernel, kernel], strides: [stride, stride], ...more });

function maxpool(benchCase: Case, inputs: Inputs) {
  const { direction, attributes } = benchCase;
  if (direction !== 'fwd') return null;
  const { n, c, oh, ow, kernel, stride, padding, ceilMode } = attributes;
  const builder = new GraphBuilder();
  const more = { pads: all(padding), ceil_mode: Number(ceilMode) };
  const output = pool(builder, 'y', 'x', kernel, stride, more);
  return instance(benchCase, inputs, ['x'], 'y', { builder, output, shape: [n, c, oh, ow] });
}

/** The finest level from slices of rows and columns, each level that divides one from that by a pooling. */
function pyramid(builder: GraphBuilder, x: string, levels: readonly number[]): string {
  const made = new Map<number, string>();
  for (const n of [...levels].sort((a, b) => b - a)) {
    const finer = [...made.keys()].reverse().find((m) => m % n === 0);
    const bins = finer
      ? pool(builder, `level ${n}`, made.get(finer)!, finer / n, finer / n)
      : slicedBins(builder, `level ${n}`, x, n, 'ReduceMax');
    made.set(n, bins);
  }
  const flat = levels.map((n) => builder.node('Flatten', `flat ${n}`, [made.get(n)!], { axis: 1 }));
  return builder.node('Concat', 'pyramid', flat, { axis: 1 });
}

function spp(benchCase: Case, inputs: Inputs) {
  const { direction, attributes } = benchCase;
  const { n, c, bins, levels, windows } = attributes;
  if (direction !== 'fwd' || windows) return null;
  const builder = new GraphBuilder();
  const output = pyramid(builder, 'x', levels);
  return instance(benchCase, inputs, ['x'], 'y', { builder, output, shape: [n, c * bins] });
}

/** Adds a layer; returns the name of its output. */
function layerOf(builder: GraphBuilder, layer: NetRecord, x: string): string {
  const { name } = layer;
  const parameters = [`${name}.weight`, `${name}.bias`];
  if (layer.type === 'spp') return pyramid(builder, x, layer.levels);
  if (layer.type === 'maxpool')
    return pool(builder, name, x, layer.kernel, layer.stride, { ceil_mode: Number(layer.ceilMode) });
  const y =
    layer.type === 'conv'
      ? builder.node('Conv', name, [x, ...parameters], {
          kernel_shape: [layer.kernel, layer.kernel],
          strides: [layer.stride, layer.stride],
          pads: all(layer.padding),
        })
      : builder.node('Gemm', name, [builder.node('Flatten', `${name} in`, [x], { axis: 1 }), ...parameters], {
          transB: 1,
        });
  return layer.relu ? builder.node('Relu', `${name} out`, [y]) : y;
}

function cnn(benchCase: Case, inputs: Inputs) {
  const { direction, attributes } = benchCase;
  if (direction !== 'infer') return null;
  const builder = new GraphBuilder();
  const layers = attributes.layers as readonly NetRecord[];
  const output = layers.reduce((x, layer) => layerOf(builder, layer, x), 'x');
  const weights = (attributes.parameters as readonly string[]).map((name) => weight(benchCase, inputs, name));
  const shape = [attributes.batch, attributes.classes];
  return instance(benchCase, inputs, ['x'], 'logits', { builder, output, shape, weights });
}

export const kinds: Runner['kinds'] = {
  matmul: { MatMul: matmul },
  conv: { Conv: conv },
  maxpool: { MaxPool: maxpool },
  spp: { sliced: spp },
  cnn: { cnn },
};
