/** ONNX files of other programs: what they compute is what the same ops do by hand. */
import { describe, expect, test } from 'vitest';
import { ELEMENT } from '../../src/io/onnx/schema.js';
import { mapSize, squareGeometry } from '../../src/models/geometry.js';
import { Network } from '../../src/models/network.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import { type AttributeValue, real } from '../../src/models/onnx/graph-builder.js';
import { openModel } from '../../src/models/open-model.js';
import { buildArchitecture } from '../../src/models/registry.js';
import {
  add,
  avgPool2d,
  clip,
  concat,
  conv2d,
  div,
  elu,
  leakyRelu,
  matmul,
  maxPool2d,
  mean,
  mul,
  neg,
  pad,
  relu,
  reshape,
  slice,
  softplus,
  sub,
} from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';

import { branching, expectAlike, Foreign, scoresOf } from './foreign-onnx.js';

/** The means of maps, one for each channel. */
const mean4 = (x: Tensor): Tensor => mean(x, { axes: [2, 3] });

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

  test('with windows of any shape, padded and dilated as it likes, is the same windows made by hand', async () => {
    const device = await testDevice();
    const o = new Foreign();
    const wide = o.node('Conv', 'wide', ['x', o.weight('wide_w', [6, 3, 1, 5], Math.sin)], {
      ...{ kernel_shape: [1, 5], strides: [1, 2], pads: [0, 1, 0, 3], dilations: [1, 2] },
    });
    const slopes = o.weight('slopes', [6, 1, 1], (i) => i / 10);
    const bent = o.node('PRelu', 'bent', [wide, slopes]);
    const most = o.node('MaxPool', 'most', [bent], { kernel_shape: [3, 2], strides: [2, 1], pads: [0, 0, 2, 1] });
    const mean = o.node('AveragePool', 'mean', [most], { kernel_shape: [2, 3], pads: [1, 0, 0, 2] });
    const counted = o.node('AveragePool', 'counted', [mean], {
      ...{ kernel_shape: [3, 2], pads: [0, 1, 2, 0], count_include_pad: 1 },
    });
    const same = o.node('Conv', 'same', [counted, o.weight('same_w', [4, 6, 2, 2], Math.cos)], {
      auto_pad: 'SAME_LOWER',
    });
    const output = o.node('GlobalAveragePool', 'gap', [o.node('Softplus', 'soft', [same])]);
    const { network } = await openModel(await o.bytes(output), device);
    const byHand = scope(() => {
      const [first, slope, last] = o.weights.map(({ rawData, dims }) =>
        tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...dims!] }),
      );
      const around = (map: Tensor, [above, left, below, right]: number[], value = 0) =>
        pad(
          map,
          [
            [0, 0],
            [0, 0],
            [above!, below!],
            [left!, right!],
          ],
          { value },
        );
      const x = randn(device, [2, 3, 19, 23], { seed: 7 });
      const map = conv2d(around(x, [0, 1, 0, 3]), first!, null, { stride: [1, 2], dilation: [1, 2] });
      const leaky = sub(relu(map), mul(slope!, relu(neg(map))));
      const least = around(leaky, [0, 0, 2, 1], Number.NEGATIVE_INFINITY);
      const largest = maxPool2d(least, { kernelSize: [3, 2], stride: [2, 1] });
      const window = { kernelSize: [2, 3], stride: 1 } as const;
      const ones = around(mul(slice(largest, [null, [0, 1], null, null]), 0), [0, 0, 0, 0]);
      const share = avgPool2d(around(add(ones, 1), [1, 0, 0, 2]), window);
      const means = div(avgPool2d(around(largest, [1, 0, 0, 2]), window), share);
      const both = avgPool2d(around(means, [0, 1, 2, 0]), { kernelSize: [3, 2], stride: 1 });
      return mean4(softplus(conv2d(around(both, [1, 1, 0, 0]), last!)));
    });
    expectAlike(await scoresOf(network, [19, 23]), [...(await byHand.data())]);
    byHand.dispose();
    const again = await openModel(await encodeOnnx(network), device);
    expectAlike(await scoresOf(again.network, [19, 23]), await scoresOf(network, [19, 23]));
    const { features } = network.architecture;
    expect([0, 1].map((axis) => mapSize(features, axis === 0 ? 19 : 23, axis as 0 | 1))).toEqual([10, 10]);
    expect(() => squareGeometry(features)).toThrow(/cells lie along rows .* otherwise than along columns/);
    // Each axis has a smallest side of its own.
    expect(scope(() => network.forward(randn(device, [1, 3, 1, 9], { seed: 1 }))).shape).toEqual([1, 4]);
    expect(() => network.forward(randn(device, [1, 3, 9, 1], { seed: 1 }))).toThrow(/is too small/);
    again.network.dispose();
    network.dispose();
  });

  test('with zeros around it before a pool, a pool that is not its own, and pads that are computed', async () => {
    const device = await testDevice();
    const o = new Foreign();
    // As PyTorch writes F.pad(x, (0, 1, 2, 1)): pairs from the last axis on, turned around.
    const zeros = o.node('ConstantOfShape', 'zeros', [o.integers([4])]);
    const pairs = o.node('Concat', 'pairs', [o.integers([0, 1, 2, 1]), zeros], { axis: 0 });
    const table = o.node('Reshape', 'table', [pairs, o.integers([-1, 2])]);
    const turned = o.node('Slice', 'turned', [
      ...[table, o.integers([-1]), o.integers([-(2 ** 53) + 1]), o.integers([0]), o.integers([-1])],
    ]);
    const pads = o.node('Reshape', 'pads', [
      o.node('Transpose', 'columns', [turned], { perm: [1, 0] }),
      o.integers([-1]),
    ]);
    const padded = o.node('Pad', 'rim', ['x', pads]);
    const map = o.node('Relu', 'relu', [o.conv(padded, 3, 4, 3)]);
    // No number is below zero, so these zeros are as nothing to the pool; before the sum they are a layer.
    const bare = o.node('Pad', 'bare', [map, o.integers([0, 0, 0, 0, 0, 0, 1, 1])]);
    const pool = o.node('MaxPool', 'pool', [bare], { kernel_shape: [3, 3], strides: [2, 2] });
    const halves = o.node('Pad', 'halves', [pool, o.integers([0, 0, 1, 0, 0, 0, 0, 0]), o.reals(0.5)]);
    const { network } = await openModel(
      await o.bytes(o.node('GlobalAveragePool', 'gap', [o.conv(halves, 4, 2)])),
      device,
    );
    const { features, classifier } = network.architecture;
    expect([...features, ...classifier].map(({ type }) => type)).toEqual([
      'border',
      'conv',
      'relu',
      'border',
      'maxpool',
      'border',
      'conv',
      'globalAveragePool',
    ]);
    // A pool right before the head is part of it, with what is around its map.
    expect(features).toHaveLength(3);
    const byHand = scope(() => {
      const [first, last] = o.weights.map(({ rawData, dims }) =>
        tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...dims!] }),
      );
      const x = pad(randn(device, [2, 3, 19, 23], { seed: 7 }), [
        [0, 0],
        [0, 0],
        [3, 2],
        [1, 2],
      ]);
      const y = pad(relu(conv2d(x, first!)), [
        [0, 0],
        [0, 0],
        [0, 1],
        [0, 1],
      ]);
      const z = pad(
        maxPool2d(y, { kernelSize: 3, stride: 2 }),
        [
          [0, 0],
          [0, 0],
          [1, 0],
          [0, 0],
        ],
        { value: 0.5 },
      );
      return mean4(conv2d(z, last!));
    });
    expectAlike(await scoresOf(network, [19, 23]), [...(await byHand.data())]);
    byHand.dispose();
    network.dispose();
  });

  test('whose head is a convolution of means, with a truth among its constants', async () => {
    const device = await testDevice();
    const o = new Foreign();
    // Dropout as it is in training says so by a truth.
    o.weights.push({ name: 'training', dims: [], dataType: ELEMENT.bool, rawData: Uint8Array.of(1) });
    const map = o.node('Dropout', 'drop', [o.node('Relu', 'relu', [o.conv('x', 3, 4)]), o.reals(0.5), 'training']);
    const scores = o.conv(o.node('GlobalAveragePool', 'gap', [map]), 4, 5);
    const flat = o.node('Flatten', 'flat', [o.node('Elu', 'elu', [scores])], { axis: 1 });
    const { network } = await openModel(await o.bytes(flat), device);
    expect(network.architecture.classifier.map(({ type }) => type).slice(-4)).toEqual([
      'adaptiveavgpool',
      'conv',
      'activation',
      'globalAveragePool',
    ]);
    const byHand = scope(() => {
      const [first, last] = o.weights
        .filter(({ dims }) => dims!.length === 4)
        .map(({ rawData, dims }) =>
          tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...dims!] }),
        );
      const means = mean(relu(conv2d(randn(device, [2, 3, 9, 11], { seed: 7 }), first!)), {
        axes: [2, 3],
        keepdim: true,
      });
      return mean4(elu(conv2d(means, last!)));
    });
    expectAlike(await scoresOf(network, [9, 11]), [...(await byHand.data())]);
    byHand.dispose();
    network.dispose();
  });

  test('of old: biases added behind convolutions and matrices, weights in another shape, padding by the size that it says', async () => {
    const device = await testDevice();
    const o = new Foreign();
    const map = o.node('Add', 'plus', [o.conv('x', 3, 4, 3), o.weight('bias', [4, 1, 1], Math.cos)]);
    const pool = o.node('MaxPool', 'pool', [o.node('Relu', 'relu', [map])], {
      ...{ kernel_shape: [3, 3], strides: [3, 3], auto_pad: 'SAME_UPPER' },
    });
    const vector = o.node('Reshape', 'vector', [pool, o.integers([1, 144])]);
    const matrix = o.node('Reshape', 'matrix', [o.weight('cube', [4, 6, 6, 5], Math.sin), o.integers([144, 5])]);
    const scores = o.node('Add', 'sum', [
      o.node('MatMul', 'product', [vector, matrix]),
      o.weight('last', [1, 5], Math.cos),
    ]);
    const sides = { dims: [1, 3, 16, 16].map((value) => ({ value })) };
    const { network } = await openModel(await o.bytes(scores, {}, sides), device);
    const byHand = scope(() => {
      const [weight, bias, cube, last] = o.weights.map(({ rawData, dims }) =>
        tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...dims!] }),
      );
      const x = randn(device, [2, 3, 16, 16], { seed: 7 });
      const relued = relu(add(conv2d(x, weight!, null, { padding: 1 }), bias!));
      const pooled = maxPool2d(
        pad(relued, [
          [0, 0],
          [0, 0],
          [1, 1],
          [1, 1],
        ]),
        { kernelSize: 3, stride: 3 },
      );
      return add(matmul(reshape(pooled, [2, 144]), reshape(cube!, [144, 5])), last!);
    });
    expectAlike(await scoresOf(network, [16, 16]), [...(await byHand.data())]);
    byHand.dispose();
    network.dispose();
  });

  test('with gates and every function of one number comes back from its own export', async () => {
    const device = await testDevice();
    const o = new Foreign();
    const functions: [string, Record<string, AttributeValue>][] = [
      ['Elu', { alpha: real(0.7) }],
      ['Selu', {}],
      ['Sigmoid', {}],
      ['Softplus', {}],
      ['Tanh', {}],
      ['HardSigmoid', { alpha: real(0.3) }],
      ['HardSwish', {}],
    ];
    let map = 'x';
    for (const [operator, attributes] of functions)
      map = o.node(operator, operator.toLowerCase(), [o.conv(map, map === 'x' ? 3 : 4, 4)], attributes);
    const swish = o.node('Mul', 'swish', [map, o.node('Sigmoid', 'gate', [map])]);
    const squeezed = o.node('Sigmoid', 'gates', [o.conv(o.node('GlobalAveragePool', 'squeeze', [swish]), 4, 4)]);
    const excited = o.node('Mul', 'excite', [squeezed, swish]);
    const { network } = await openModel(
      await o.bytes(o.node('GlobalAveragePool', 'gap', [o.conv(excited, 4, 3)])),
      device,
    );
    const names = network.architecture.features.map((layer) => ('function' in layer ? layer.function : layer.type));
    expect(names.filter((name) => name !== 'conv')).toEqual([
      'elu',
      'selu',
      'sigmoid',
      'softplus',
      'tanh',
      'hardSigmoid',
      'hardSwish',
      'silu',
      'graph',
    ]);
    const again = await openModel(await encodeOnnx(network), device);
    expectAlike(await scoresOf(again.network, [9, 11]), await scoresOf(network, [9, 11]));
    again.network.dispose();
    network.dispose();
  });

  test('with a gate before its map or behind it has the map’s size, by which windows are padded', async () => {
    const device = await testDevice();
    const scores = async (gateFirst: boolean) => {
      const o = new Foreign();
      const map = o.conv('x', 3, 4);
      const gate = o.node('Sigmoid', 'gate', [o.node('GlobalAveragePool', 'squeeze', [map])]);
      const excited = o.node('Mul', 'excite', gateFirst ? [gate, map] : [map, gate]);
      const last = o.conv(excited, 4, 3, 3, { auto_pad: 'SAME_UPPER', pads: [0, 0, 0, 0], strides: [2, 2] });
      const dims = [1, 3, 16, 16].map((value) => ({ value }));
      const output = o.node('GlobalAveragePool', 'gap', [last]);
      const { network } = await openModel(await o.bytes(output, {}, { dims }), device);
      const values = await scoresOf(network, [16, 16]);
      network.dispose();
      return values;
    };
    expectAlike(await scores(true), await scores(false));
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
