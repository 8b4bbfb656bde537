/** Networks from ONNX files: what is written comes back, what others write opens, what cannot be is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ELEMENT, MODEL, type NodeDraft, type TensorDraft } from '../../src/io/onnx/schema.js';
import { type Draft, encodedBytes, encodeMessage } from '../../src/io/protobuf-message.js';
import type { ModelOptions } from '../../src/models/architecture.js';
import { Network } from '../../src/models/network.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import type { OnnxOptions } from '../../src/models/onnx/export-network.js';
import { type AttributeValue, GraphBuilder, real } from '../../src/models/onnx/graph-builder.js';
import { openModel } from '../../src/models/open-model.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { add, avgPool2d, clip, concat, conv2d, leakyRelu, matmul, maxPool2d, mean, relu } from '../../src/ops/index.js';
import { FileError } from '../../src/runtime/errors.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

const NARROW = { width: 0.02, hidden: 8, classes: 3, init: 'he' } as const;

async function scoresOf(network: Network, [height, width]: readonly [number, number]): Promise<number[]> {
  const { channels } = network.architecture.input;
  const { device } = network.parameters()[0]!;
  const scores = scope(() => network.forward(randn(device, [2, channels, height, width], { seed: 7 })));
  const values = await scores.data();
  scores.dispose();
  return [...values];
}

function expectAlike(found: readonly number[], wanted: readonly number[]): void {
  const largest = Math.max(...wanted.map(Math.abs));
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5 * largest);
}

test.each<[string, ModelOptions, OnnxOptions]>([
  ['zf5', { pyramid: [1, 2, 3] }, {}],
  ['small', { pyramid: [1, 2, 3] }, { roiPool: false }],
  ['squeezenet1_1', {}, { probabilities: 'softmax' }],
  ['alexnet', {}, {}],
  ['resnet18', { pyramid: [1, 2] }, {}],
  ['mobilenetv2', {}, {}],
  ['small', { pyramid: 'none' }, {}],
])('%s %j comes back with the same scores', async (name, options, how) => {
  const device = await testDevice();
  // Within a channel: ONNX has no node for it, so it does not come back as one.
  const normalisation = name === 'zf5' ? ({ normalisation: 'acrossChannels' } as const) : {};
  const architecture = buildArchitecture(name, { ...NARROW, ...normalisation, ...options });
  const network = new Network(architecture, { device, generator: new Generator(1) }).eval();
  const labels = ['a', 'b', 'c'];
  const opened = await openModel(await encodeOnnx(network, { labels, ...how }), device);
  expect(opened.classes).toEqual(labels);
  expect(opened.network.architecture.input).toMatchObject({
    ...architecture.input,
    mean: [...architecture.input.mean],
  });
  const { size } = architecture.input;
  for (const sides of options.pyramid === 'none'
    ? [[size, size] as const]
    : ([
        [97, 131],
        [140, 104],
      ] as const)) {
    expectAlike(await scoresOf(opened.network, sides), await scoresOf(network, sides));
  }
  network.dispose();
  opened.network.dispose();
});

/** An ONNX file from nodes, as another program might write it. */
class Foreign extends GraphBuilder {
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

  async bytes(output: string, changes: Draft<typeof MODEL> = {}): Promise<Uint8Array> {
    const shape = { dims: [1, 3, 16, 16].map((value, i) => (i === 1 ? { value } : { parameter: `d${i}` })) };
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
function branching(): [Foreign, string] {
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

/** What `branching` computes, of ops. */
async function byHand({ weights }: Foreign, [height, width]: readonly [number, number]): Promise<number[]> {
  const device = await testDevice();
  const scores = scope(() => {
    const [stem, left, inner, last, matrix] = weights.map(({ rawData, dims }) =>
      tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...dims!] }),
    );
    const x = randn(device, [2, 3, height, width], { seed: 7 });
    const six = clip(conv2d(x, stem!, null, { padding: 1 }), {
      min: 0,
      max: 6,
    });
    const leaky = leakyRelu(conv2d(six, left!, null, { padding: 1 }), { negativeSlope: 0.2 });
    const pool = { kernelSize: 3, stride: 1, padding: 1 };
    const sum = add(leaky, conv2d(leaky, inner!));
    const both = concat([sum, avgPool2d(six, { ...pool, countIncludePad: false }), maxPool2d(six, pool)], { axis: 1 });
    return matmul(mean(relu(conv2d(both, last!)), { axes: [2, 3] }), matrix!);
  });
  const values = await scores.data();
  scores.dispose();
  return [...values];
}

describe('a file of another program', () => {
  test('with branches opens as blocks, whose scores are those of the same sums made by hand', async () => {
    const device = await testDevice();
    const [onnx, output] = branching();
    const { network, classes } = await openModel(await onnx.bytes(output), device);
    expect(network.architecture.features.map(({ name, type }) => [name, type])).toEqual([
      ['conv1', 'conv'],
      ['relu1', 'activation'],
      ['block1', 'graph'],
      ['conv4', 'conv'],
      ['relu3', 'relu'],
    ]);
    expect(network.architecture.classifier.map(({ type }) => type)).toEqual(['globalAveragePool', 'fc']);
    expect(classes).toEqual(['0', '1', '2', '3']);
    expectAlike(await scoresOf(network, [19, 23]), await byHand(onnx, [19, 23]));
    const again = await openModel(await encodeOnnx(network), device);
    expectAlike(await scoresOf(again.network, [19, 23]), await scoresOf(network, [19, 23]));
    again.network.dispose();
    network.dispose();
  });

  test('with borders around its maps is the network whose windows are padded', async () => {
    const device = await testDevice();
    const opened = async (padded: boolean) => {
      const o = new Foreign();
      const border = (name: string, x: string, pads: number[], ...more: string[]) =>
        padded ? o.node('Pad', name, [x, o.integers(pads), ...more]) : x;
      const pads = (cells: number) => ({ pads: Array(4).fill(padded ? 0 : cells) });
      // As opset 18 has it: some axes, the last ones counted from behind.
      const first = border('zeros', 'x', [2, 2, 2, 2], o.reals(0), o.integers([2, -1]));
      const stem = o.conv(first, 3, 4, 5, { ...pads(2), strides: [2, 2] });
      const least = padded ? [o.reals(Number.NEGATIVE_INFINITY)] : [];
      const map = border('least', stem, [0, 0, 1, 1, 0, 0, 1, 1], ...least);
      const pool = o.node('MaxPool', 'pool', [map], { kernel_shape: [3, 3], strides: [2, 2], ...pads(1) });
      const last = o.conv(border('more', pool, [0, 0, 1, 1, 0, 0, 1, 1]), 4, 4, 3, pads(1));
      const mean = o.node('GlobalAveragePool', 'gap', [border('none', last, Array(8).fill(0))]);
      const flat = o.node('Flatten', 'flat', [mean], { axis: 1 });
      return (await openModel(await o.bytes(flat), device)).network;
    };
    const [own, other] = [await opened(true), await opened(false)];
    expect(own.architecture.features).toEqual(other.architecture.features);
    expect(await scoresOf(own, [19, 23])).toEqual(await scoresOf(other, [19, 23]));
    own.dispose();
    other.dispose();
  });

  test('is a backbone: it takes a pyramid, other classes, another size', async () => {
    const device = await testDevice();
    const [onnx, output] = branching();
    const { network } = await openModel(await onnx.bytes(output), device);
    const { imported } = network.architecture.options;
    network.dispose();
    const spp = buildArchitecture('imported', { imported: imported!, pyramid: [1, 2], classes: 5, hidden: 7 });
    expect(spp.classifier.map(({ type }) => type)).toEqual([
      'spp',
      'fc',
      'relu',
      'dropout',
      'fc',
      'relu',
      'dropout',
      'fc',
    ]);
    const own = buildArchitecture('imported', { imported: imported!, classes: 5, inputSize: 64 });
    expect(own.classifier.at(-1)).toMatchObject({ type: 'fc', outFeatures: 5 });
    expect(own.input).toMatchObject({ size: 64, resize: 73 });
    const net = new Network(spp, { device, generator: new Generator(1) });
    expect(await scoresOf(net, [17, 30])).toHaveLength(10);
    net.dispose();
  });
});

describe('what cannot be opened is named with its node', () => {
  const opens = async (build: (onnx: Foreign) => string, changes?: Draft<typeof MODEL>) => {
    const onnx = new Foreign();
    const bytes = await onnx.bytes(build(onnx), changes);
    return openModel(bytes, await testDevice());
  };
  const head = (onnx: Foreign, map: string) =>
    onnx.node('Flatten', 'flat', [onnx.node('GlobalAveragePool', 'gap', [map])], { axis: 1 });

  test.each<[string, (onnx: Foreign) => string, RegExp]>([
    [
      'an unknown operator',
      (o) => head(o, o.node('Erf', 'odd', [o.conv('x', 3, 4)])),
      /node "odd" \(Erf\) is not supported/,
    ],
    ['an operator of a domain', (o) => foreignDomain(o, head), /node "odd" \(Relu\) is not supported/],
    [
      'a border that is not even',
      (o) => head(o, o.conv(o.node('Pad', 'rim', ['x', o.integers([0, 0, 0, 0, 0, 0, 1, 1])]), 3, 4)),
      /node "rim" \(Pad\): pads 0, 0, 0, 0, 0, 0, 1, 1: only the same on all sides/,
    ],
    [
      'a border of numbers',
      (o) => head(o, o.conv(o.node('Pad', 'rim', ['x', o.integers([0, 0, 1, 1, 0, 0, 1, 1]), o.reals(0.5)]), 3, 4)),
      /node "rim" \(Pad\): value 0\.5; only 0/,
    ],
    [
      'a mirrored border',
      (o) =>
        head(o, o.conv(o.node('Pad', 'rim', ['x', o.integers([0, 0, 1, 1, 0, 0, 1, 1])], { mode: 'reflect' }), 3, 4)),
      /node "rim" \(Pad\): mode reflect; only constant/,
    ],
    [
      'zeros before a pool',
      (o) => head(o, o.node('Pad', 'rim', [o.conv('x', 3, 4), o.integers([0, 0, 1, 1, 0, 0, 1, 1])])),
      /node "rim" \(Pad\): before GlobalAveragePool; only before a Conv/,
    ],
    ['a kernel that is not square', (o) => head(o, oblong(o)), /node "wide" \(Conv\): kernel 1, 3: only one number/],
    ['dilation', (o) => head(o, o.conv('x', 3, 4, 3, { dilations: [2, 2] })), /dilations are not supported/],
    ['uneven padding', (o) => head(o, o.conv('x', 3, 4, 3, { pads: [0, 0, 1, 1] })), /pads 0, 0, 1, 1: only one/],
    [
      'padding by size',
      (o) => head(o, o.conv('x', 3, 4, 3, { auto_pad: 'SAME_UPPER', strides: [2, 2] })),
      /SAME_UPPER/,
    ],
    ['windows that are not whole maps', (o) => someWindow(o), /node "roi" \(MaxRoiPool\) is not supported/],
    [
      'computed weights',
      (o) => head(o, computedWeights(o)),
      /node "computed" \(Conv\): its weights are not in the file/,
    ],
    ['a branch of vectors', (o) => vectors(o), /node "sum" \(Add\) is not supported/],
    [
      'channels that do not fit',
      (o) => head(o, o.conv(o.conv('x', 3, 4), 5, 4)),
      /conv2\.weight has shape \[4, 5, 1, 1\], its imported needs \[4, 4, 1, 1\]/,
    ],
    ['no convolution', (o) => head(o, 'x'), /has no convolutions/],
    ['a matrix that does not fit', (o) => misfit(o, head), /fc1 takes 9 features, this input gives 4/],
  ])('%s', async (_, build, message) => {
    await expect(opens(build)).rejects.toThrow(message);
    await expect(opens(build)).rejects.toThrow(FileError);
  });

  test.each<[string, Draft<typeof MODEL>, RegExp]>([
    ['an operator set to come', { operatorSets: [{ version: 99 }] }, /has operator set 99; known are 7 to 25/],
    ['an operator set of old', { operatorSets: [{ version: 3 }] }, /has operator set 3/],
    ['no graph', { graph: undefined }, /is not an ONNX file, or has no network in it/],
  ])('%s', async (_, changes, message) => {
    await expect(opens((o) => head(o, o.conv('x', 3, 4)), changes)).rejects.toThrow(message);
  });

  test('weights in another file, and weights that are not whole', async () => {
    const external = (o: Foreign) => {
      const map = o.conv('x', 3, 4);
      o.weights[0] = {
        ...o.weights[0]!,
        rawData: undefined,
        dataLocation: 1,
        externalData: [{ key: 'location', value: 'w.bin' }],
      };
      return head(o, map);
    };
    await expect(opens(external)).rejects.toThrow(/tensor "conv0_w" is not in it but in "w\.bin"; save it in one file/);
    const cut = (o: Foreign) => {
      const map = o.conv('x', 3, 4);
      o.weights[0] = { ...o.weights[0]!, rawData: new Uint8Array(7) };
      return head(o, map);
    };
    await expect(opens(cut)).rejects.toThrow(/tensor "conv0_w" of shape \[4,3,1,1\] has 1.75 elements/);
  });

  test('whatever the bytes are, the answer is a network or a FileError', async () => {
    const [onnx, output] = branching();
    const sound = await onnx.bytes(output);
    const { onnxFile } = await import('../../src/models/onnx/import/onnx-file.js');
    const { describeFile } = await import('../../src/models/weights-file.js');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 3 }),
        fc.nat(sound.length),
        (changes, end) => {
          const bytes = sound.slice(0, changes.length > 1 ? sound.length : end);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            describeFile(onnxFile(bytes, 'changed.onnx'));
          } catch (error) {
            expect(error).toBeInstanceOf(FileError);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

function foreignDomain(onnx: Foreign, head: (onnx: Foreign, map: string) => string): string {
  const map = onnx.node('Relu', 'odd', [onnx.conv('x', 3, 4)]);
  onnx.nodes[onnx.nodes.length - 1] = { ...onnx.nodes.at(-1)!, domain: 'com.example' } as NodeDraft;
  return head(onnx, map);
}

function oblong(onnx: Foreign): string {
  return onnx.node('Conv', 'wide', ['x', onnx.weight('w', [4, 3, 1, 3], () => 1)]);
}

function someWindow(onnx: Foreign): string {
  const attributes = { pooled_shape: [2, 2], spatial_scale: real(1) };
  const pooled = onnx.node('MaxRoiPool', 'roi', [onnx.conv('x', 3, 4), onnx.reals([0, 0, 0, 3, 3])], attributes);
  return onnx.node('Flatten', 'flat', [pooled], { axis: 1 });
}

function computedWeights(onnx: Foreign): string {
  const weight = onnx.node('Mul', 'twice', [onnx.weight('w', [4, 3, 1, 1], () => 1), onnx.reals(2)]);
  return onnx.node('Conv', 'computed', ['x', weight]);
}

function vectors(onnx: Foreign): string {
  const flat = onnx.node('Flatten', 'flat', [onnx.node('GlobalAveragePool', 'gap', [onnx.conv('x', 3, 4)])], {
    axis: 1,
  });
  return onnx.node('Add', 'sum', [flat, onnx.node('Gemm', 'gemm', [flat, onnx.weight('m', [4, 4], () => 1)])]);
}

function misfit(onnx: Foreign, head: (onnx: Foreign, map: string) => string): string {
  return onnx.node('Gemm', 'gemm', [head(onnx, onnx.conv('x', 3, 4)), onnx.weight('m', [9, 2], () => 1)]);
}
