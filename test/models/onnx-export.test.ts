/** ONNX files as they are written. What ONNX Runtime makes of them: bench/onnx/check.ts. */
import { describe, expect, test } from 'vitest';
import { MODEL, type OnnxModel } from '../../src/io/onnx/schema.js';
import { decodeMessage } from '../../src/io/protobuf-message.js';
import type { ModelOptions } from '../../src/models/architecture.js';
import { Network } from '../../src/models/network.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import type { OnnxOptions } from '../../src/models/onnx/export-network.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Generator } from '../../src/tensor/generator.js';
import { testDevice } from '../setup/device.js';

const NARROW = { width: 0.01, hidden: 8, classes: 3 } as const;

async function exported(
  name: string,
  options: ModelOptions = {},
  how: OnnxOptions = {},
): Promise<{ network: Network; model: OnnxModel }> {
  const architecture = buildArchitecture(name, { ...NARROW, ...options });
  const network = new Network(architecture, { device: await testDevice(), generator: new Generator(1) });
  return { network, model: decodeMessage(MODEL, await encodeOnnx(network, how)) };
}

const opsOf = ({ graph }: OnnxModel): string[] => graph!.nodes.map(({ opType }) => opType!);
const dimsOf = (port: NonNullable<OnnxModel['graph']>['inputs'][number]) =>
  port.type!.tensor!.shape!.dims.map(({ value, parameter }) => value ?? parameter);

/** Names that a node reads before they are written, and those that are written twice. */
function misnamed({ nodes, initializers, inputs }: NonNullable<OnnxModel['graph']>): string[] {
  const known = new Set([...inputs, ...initializers].map(({ name }) => name!));
  return nodes.flatMap(({ inputs: read, outputs }) => {
    const wrong = [...read.filter((name) => !known.has(name)), ...outputs.filter((name) => known.has(name))];
    for (const name of outputs) known.add(name);
    return wrong;
  });
}

const HEADS = [undefined, [1, 2], 'none'] as const;

test.each(
  ARCHITECTURE_NAMES.flatMap((name) =>
    (/^(zf5|squeezenet1_1)$/.test(name) ? HEADS : HEADS.slice(0, 1)).map((head) => [name, head] as const),
  ),
)(
  '%s with head %j: every name that is read was written before, every weight is there and used',
  async (name, pyramid) => {
    const { network, model } = await exported(name, pyramid && { pyramid });
    const { nodes, initializers, inputs, outputs } = model.graph!;
    expect(misnamed(model.graph!)).toEqual([]);
    const used = new Set(nodes.flatMap((node) => node.inputs));
    const stored = new Map(initializers.map((tensor) => [tensor.name, tensor]));
    for (const { name, shape } of parameterSpecs(network.architecture)) {
      const { dims, rawData } = stored.get(name)!;
      const bytes = 4 * shape.reduce((product, side) => product * side, 1);
      expect([name, dims, rawData!.length, used.has(name)]).toEqual([name, shape, bytes, true]);
    }
    expect(nodes.at(-1)!.outputs).toEqual([outputs[0]!.name]);
    const sides = pyramid === 'none' ? Array(2).fill(network.architecture.input.size) : ['height', 'width'];
    expect(dimsOf(inputs[0]!)).toEqual(['batch', network.architecture.input.channels, ...sides]);
    expect(dimsOf(outputs[0]!)).toEqual(['batch', 3]);
    network.dispose();
  },
);

test('weights are the network’s, the file says what it is and how pictures are prepared', async () => {
  const { network, model } = await exported('small', {}, { labels: ['a', 'b', 'c'], producerVersion: '1.2.3' });
  const stored = model.graph!.initializers.find(({ name }) => name === 'classifier.fc4.bias')!.rawData as Uint8Array;
  const own = await network.stateDict().get('classifier.fc4.bias')!.data();
  expect([...new Float32Array(new Uint8Array(stored).buffer)]).toEqual([...own]);
  expect(model).toMatchObject({ irVersion: 7, producerName: 'sppgpu', producerVersion: '1.2.3' });
  expect(model.operatorSets).toEqual([{ domain: '', version: 13 }]);
  const metadata = Object.fromEntries(model.metadata.map(({ key, value }) => [key, JSON.parse(value!)]));
  expect(metadata['sppgpu.labels']).toEqual(['a', 'b', 'c']);
  expect(metadata['sppgpu.input']).toMatchObject({ channels: 1, channelOrder: 'rgb', mean: [0], size: 28, minimum: 1 });
  expect(metadata['sppgpu.network']).toMatchObject({ name: 'small', options: { classes: 3 } });
  network.dispose();
});

describe('a pyramid', () => {
  test('is one MaxRoiPool for each level, behind a ReLU', async () => {
    const { network, model } = await exported('zf5', { pyramid: [1, 2, 3] });
    const pools = model.graph!.nodes.filter(({ opType }) => opType === 'MaxRoiPool');
    const shapes = pools.map(({ attributes }) => attributes.find(({ name }) => name === 'pooled_shape')!.ints);
    expect(shapes.map(String)).toEqual(['1,1', '2,2', '3,3']);
    expect(opsOf(model)).not.toContain('Slice');
    network.dispose();
  });

  test('is of slices where that is asked for, or where the maps may be negative', async () => {
    const asked = await exported('zf5', { pyramid: [1, 2] }, { roiPool: false });
    expect(opsOf(asked.model)).not.toContain('MaxRoiPool');
    expect(opsOf(asked.model).filter((op) => op === 'Slice')).toHaveLength(4);
    const { device } = asked.network.parameters()[0]!;
    const { architecture } = asked.network;
    const signed = { ...architecture, features: architecture.features.slice(0, -1) };
    const network = new Network(signed, { device, generator: new Generator(1) });
    expect(opsOf(decodeMessage(MODEL, await encodeOnnx(network)))).not.toContain('MaxRoiPool');
    network.dispose();
    asked.network.dispose();
  });
});

test.each([
  [undefined, 'Identity', 'scores'],
  ['softmax', 'Softmax', 'probabilities'],
  ['sigmoid', 'Sigmoid', 'probabilities'],
] as const)('probabilities %s: the last node is %s', async (probabilities, op, name) => {
  const { network, model } = await exported('small', {}, { ...(probabilities && { probabilities }) });
  expect(model.graph!.nodes.at(-1)).toMatchObject({ opType: op, outputs: [name] });
  network.dispose();
});
