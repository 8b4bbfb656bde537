/** Operators in forms that are legal and seldom: what they compute is what the usual form, or the op, computes. */
import { describe, expect, test } from 'vitest';
import { ELEMENT } from '../../src/io/onnx/schema.js';
import { mapSize } from '../../src/models/geometry.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import { real } from '../../src/models/onnx/graph-builder.js';
import { openModel } from '../../src/models/open-model.js';
import { add, concat, conv2d, matmul, max, maxPool2d, mean, mul, relu, reshape } from '../../src/ops/index.js';
import { tensor } from '../../src/tensor/create.js';
import { toHalf } from '../../src/tensor/half.js';
import { randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';
import { expectAlike, Foreign, scoresOf } from './foreign-onnx.js';

type Build = (o: Foreign) => string;

async function opened(build: Build, size?: readonly [number, number]) {
  const o = new Foreign();
  const output = build(o);
  const dims = size && [1, 3, ...size].map((value) => ({ value }));
  return openModel(await o.bytes(output, {}, dims && { dims }), await testDevice());
}

/** Scores of both, and of what is exported of the first. */
async function expectSame(build: Build, usual: Build, size: readonly [number, number] = [19, 23]): Promise<void> {
  const [{ network }, { network: wanted }] = [await opened(build), await opened(usual)];
  const scores = await scoresOf(network, size);
  expectAlike(scores, await scoresOf(wanted, size));
  const { network: again } = await openModel(await encodeOnnx(network), await testDevice());
  expectAlike(await scoresOf(again, size), scores);
  for (const each of [network, wanted, again]) each.dispose();
}

const values = (i: number): number => Math.sin(3 * i + 1);
const stem: Build = (o) => o.node('Relu', 'stem', [o.conv('x', 3, 4, 3)]);
const means: Build = (o) => o.node('GlobalAveragePool', 'gap', [stem(o)]);
const vector: Build = (o) => o.node('Flatten', 'flat', [means(o)]);
const gemm = (o: Foreign, x: string, ...more: string[]): string =>
  o.node('Gemm', 'scores', [x, o.weight('matrix', [4, 3], values), ...more]);
const mapEnd = (o: Foreign, map: string): string => o.node('GlobalAveragePool', 'end', [map]);

describe('heads', () => {
  test.each<[string, (o: Foreign, x: string) => string, (i: number) => number, (i: number) => number]>([
    [
      'factors',
      (o, x) =>
        o.node('Gemm', 'scores', [x, o.weight('matrix', [4, 3], values), o.weight('bias', [3], values)], {
          ...{ alpha: real(0.5), beta: real(2) },
        }),
      (i) => values(i) / 2,
      (i) => 2 * values(i),
    ],
    [
      'one number for all',
      (o, x) =>
        gemm(
          o,
          x,
          o.weight('bias', [], () => 0.7),
        ),
      values,
      () => 0.7,
    ],
    [
      'one number in two axes',
      (o, x) =>
        gemm(
          o,
          x,
          o.weight('bias', [1, 1], () => 0.7),
        ),
      values,
      () => 0.7,
    ],
    [
      'a bias that is multiplied by 0',
      (o, x) =>
        o.node('Gemm', 'scores', [x, o.weight('matrix', [4, 3], values), o.weight('bias', [3], values)], {
          beta: real(0),
        }),
      values,
      () => 0,
    ],
  ])('Gemm with %s', async (_, build, weight, bias) => {
    await expectSame(
      (o) => build(o, vector(o)),
      (o) => o.node('Gemm', 'scores', [vector(o), o.weight('matrix', [4, 3], weight), o.weight('bias', [3], bias)]),
    );
  });

  test('a normalisation and slopes of vectors are those of maps of one cell', async () => {
    const bent = (o: Foreign, x: string, shape: number[]): string => {
      const numbers = [0, 1, 2].map((part) => o.weight(`norm${part}`, [4], (i) => values(i + part)));
      const variance = o.weight('variance', [4], (i) => i + 0.5);
      const norm = o.node('BatchNormalization', 'norm', [x, ...numbers, variance], { epsilon: real(1e-3) });
      return o.node('PRelu', 'bent', [norm, o.weight('slopes', shape, (i) => i - 1)]);
    };
    await expectSame(
      (o) => gemm(o, bent(o, vector(o), [4])),
      (o) => gemm(o, o.node('Flatten', 'flat', [bent(o, means(o), [4, 1, 1])])),
    );
  });

  test('axes counted from behind, taken one by one, or behind the probabilities', async () => {
    const usual: Build = (o) => gemm(o, vector(o));
    await expectSame((o) => gemm(o, o.node('Flatten', 'flat', [means(o)], { axis: -3 })), usual);
    await expectSame((o) => gemm(o, o.node('Flatten', 'again', [vector(o)], { axis: -1 })), usual);
    await expectSame((o) => {
      const first = o.node('Squeeze', 'columns', [means(o), o.integers([3])]);
      return gemm(o, o.node('Squeeze', 'rows', [first, o.integers([2])]));
    }, usual);
    await expectSame((o) => {
      const rows = o.node('ReduceMean', 'columns', [stem(o)], { axes: [3], keepdims: 0 });
      return gemm(o, o.node('ReduceMean', 'rows', [rows], { axes: [-1], keepdims: 0 }));
    }, usual);
    await expectSame((o) => {
      const rows = o.node('ReduceMean', 'columns', [stem(o)], { axes: [-1] });
      return gemm(o, o.node('Flatten', 'flat', [o.node('ReduceMean', 'rows', [rows], { axes: [2] })]));
    }, usual);
    await expectSame((o) => {
      const shares = o.node('Softmax', 'shares', [gemm(o, vector(o))]);
      return o.node('Identity', 'same', [o.node('Flatten', 'flat again', [shares])]);
    }, usual);
  });

  test('vectors of several places are joined: means and maxima, flattened maps, a way around matrices', async () => {
    const device = await testDevice();
    const o = new Foreign();
    const map = stem(o);
    const small = o.node('MaxPool', 'small', [map], { kernel_shape: [4, 4], strides: [4, 4] });
    const pools = [o.node('GlobalAveragePool', 'means', [map]), o.node('GlobalMaxPool', 'most', [map])];
    const both = o.node('Flatten', 'both', [o.node('Concat', 'cells', pools, { axis: 1 })]);
    const inner = o.node('Gemm', 'inner', [both, o.weight('inner_w', [8, 8], values)]);
    const around = o.node('Add', 'around', [both, o.node('Relu', 'bent', [inner])]);
    const all = o.node('Concat', 'all', [around, o.node('Flatten', 'cut', [small])], { axis: -1 });
    const output = o.node('Gemm', 'scores', [all, o.weight('last_w', [8 + 16, 3], values)]);
    const dims = [1, 3, 8, 8].map((value) => ({ value }));
    const { network } = await openModel(await o.bytes(output, {}, { dims }), device);
    const byHand = scope(() => {
      const [first, second, last] = o.weights.map(({ rawData, dims: shape }) =>
        tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...shape!] }),
      );
      const x = relu(conv2d(randn(device, [2, 3, 8, 8], { seed: 7 }), first!, null, { padding: 1 }));
      const pooled = concat([mean(x, { axes: [2, 3] }), max(x, { axes: [2, 3] })], { axis: 1 });
      const way = add(pooled, relu(matmul(pooled, second!)));
      const cut = reshape(maxPool2d(x, { kernelSize: 4, stride: 4 }), [2, 16]);
      return matmul(concat([way, cut], { axis: 1 }), last!);
    });
    expectAlike(await scoresOf(network, [8, 8]), [...(await byHand.data())]);
    byHand.dispose();
    const again = await openModel(await encodeOnnx(network), device);
    expectAlike(await scoresOf(again.network, [8, 8]), await scoresOf(network, [8, 8]));
    again.network.dispose();
    network.dispose();
  });

  test('probabilities in the middle are no probabilities, and are refused', async () => {
    const build: Build = (o) => gemm(o, o.node('Softmax', 'shares', [vector(o)]));
    await expect(opened(build)).rejects.toThrow(/node "shares" \(Softmax\) is not supported/);
  });
});

describe('functions', () => {
  const pass = (x: number): number => x;
  test.each<[string, Record<string, ReturnType<typeof real>>, (o: Foreign) => string[], (x: number) => number]>([
    ['Clip', { min: real(-0.5), max: real(0.25) }, () => [], (x) => Math.min(0.25, Math.max(-0.5, x))],
    ['Clip', {}, (o) => [o.reals(0), o.reals(1)], (x) => Math.min(1, Math.max(0, x))],
    ['Clip', {}, (o) => ['', o.reals(0.3)], (x) => Math.min(0.3, x)],
    ['Clip', {}, () => [], pass],
    ['Celu', { alpha: real(1.7) }, () => [], (x) => Math.max(0, x) + Math.min(0, 1.7 * Math.expm1(x / 1.7))],
    ['ThresholdedRelu', { alpha: real(0.2) }, () => [], (x) => (x > 0.2 ? x : 0)],
    ['ThresholdedRelu', {}, () => [], (x) => (x > 1 ? x : 0)],
  ])('%s %o', async (operator, attributes, bounds, wanted) => {
    const build = (o: Foreign, of: string[] | null): string => {
      const matrix = o.weight('matrix', [4, 6], values);
      const sums = o.node('Gemm', 'sums', [vector(o), matrix, o.weight('bias', [6], (i) => 2 * values(i))]);
      return of ? o.node(operator, 'function', [sums, ...of], attributes) : sums;
    };
    const [{ network }, { network: plain }] = [
      await opened((o) => build(o, bounds(o))),
      await opened((o) => build(o, null)),
    ];
    const scores = await scoresOf(network, [9, 11]);
    expectAlike(scores, (await scoresOf(plain, [9, 11])).map(wanted));
    const { network: again } = await openModel(await encodeOnnx(network), await testDevice());
    expectAlike(await scoresOf(again, [9, 11]), scores);
    for (const each of [network, plain, again]) each.dispose();
  });
});

describe('maps', () => {
  test('numbers beside a map, one for all or one for each channel, are convolutions of one cell', async () => {
    const each = (o: Foreign) => o.weight('each', [1, 3, 1, 1], (i) => i + 1);
    const one = (o: Foreign) => o.weight('one', [], () => 0.5);
    const alone = (o: Foreign, x: string, weight: (i: number) => number, bias: (i: number) => number): string => {
      const name = `own${o.nodes.length}`;
      const weights = [o.weight(`${name}_w`, [3, 1, 1, 1], weight), o.weight(`${name}_b`, [3], bias)];
      return o.node('Conv', name, [x, ...weights], { group: 3 });
    };
    await expectSame(
      (o) => {
        const whitened = o.node('Div', 'div', [o.node('Sub', 'sub', ['x', each(o)]), o.reals(4)]);
        const moved = o.node('Add', 'add', [one(o), whitened]);
        return mapEnd(o, o.conv(o.node('Mul', 'mul', [moved, o.weight('mul_w', [3, 1, 1], values)]), 3, 4));
      },
      (o) => {
        const whitened = alone(
          o,
          alone(
            o,
            'x',
            () => 1,
            (i) => -i - 1,
          ),
          () => 1 / 4,
          () => 0,
        );
        const moved = alone(
          o,
          whitened,
          () => 1,
          () => 0.5,
        );
        return mapEnd(
          o,
          o.conv(
            alone(o, moved, values, () => 0),
            3,
            4,
          ),
        );
      },
    );
    const turned: Build = (o) => mapEnd(o, o.node('Sub', 'turned', [o.reals(1), stem(o)]));
    await expect(opened(turned)).rejects.toThrow(/node "turned" \(Sub\) is not supported/);
  });

  test('sums and products spread one channel over all, and one cell over a map', async () => {
    const device = await testDevice();
    const o = new Foreign();
    const map = stem(o);
    const lifted = o.node('Add', 'lift', [map, o.node('GlobalAveragePool', 'mean', [map])]);
    const masked = o.node('Mul', 'mask', [o.conv(map, 4, 1), lifted]);
    const output = mapEnd(o, o.node('Concat', 'both', [masked, map], { axis: -3 }));
    const { network } = await openModel(await o.bytes(output), device);
    const byHand = scope(() => {
      const [first, second] = o.weights.map(({ rawData, dims }) =>
        tensor(device, new Float32Array((rawData as Uint8Array<ArrayBuffer>).buffer), { shape: [...dims!] }),
      );
      const maps = relu(conv2d(randn(device, [2, 3, 9, 11], { seed: 7 }), first!, null, { padding: 1 }));
      const both = mul(conv2d(maps, second!), add(maps, mean(maps, { axes: [2, 3], keepdim: true })));
      return mean(concat([both, maps], { axis: 1 }), { axes: [2, 3] });
    });
    expectAlike(await scoresOf(network, [9, 11]), [...(await byHand.data())]);
    byHand.dispose();
    const again = await openModel(await encodeOnnx(network), device);
    expectAlike(await scoresOf(again.network, [9, 11]), await scoresOf(network, [9, 11]));
    again.network.dispose();
    network.dispose();
  });

  test('a pool that rounds up may stand in a branch: the map is counted node by node', async () => {
    const device = await testDevice();
    const window = { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 };
    const { network } = await opened((o) => {
      const map = stem(o);
      const pools = [o.node('MaxPool', 'most', [map], window), o.node('AveragePool', 'mean', [map], window)];
      return mapEnd(o, o.conv(o.node('Concat', 'both', pools, { axis: 1 }), 8, 4));
    });
    const { features } = network.architecture;
    for (const [height, width] of [
      [16, 17],
      [18, 21],
      [3, 4],
    ] as const) {
      const map = scope(() => network.features.forward(randn(device, [1, 3, height, width], { seed: 1 })));
      expect([mapSize(features, height, 0), mapSize(features, width, 1)]).toEqual(map.shape.slice(2));
      expect(map.shape.slice(2)).toEqual([height, width].map((side) => Math.ceil((side - 3) / 2) + 1));
      map.dispose();
    }
    network.dispose();
  });

  test('rounding up where nothing is left to round: steps of one cell, and pads made for the map', async () => {
    const pool = (up: number, more: object) => (o: Foreign) =>
      mapEnd(o, o.node('MaxPool', 'pool', [o.conv('x', 3, 4)], { kernel_shape: [3, 3], ceil_mode: up, ...more }));
    await expectSame(pool(1, { pads: [0, 1, 2, 0] }), pool(0, { pads: [0, 1, 2, 0] }));
    const same = { auto_pad: 'SAME_UPPER', strides: [2, 2] };
    const [up, down] = [await opened(pool(1, same), [16, 16]), await opened(pool(0, same), [16, 16])];
    expect(await scoresOf(up.network, [16, 16])).toEqual(await scoresOf(down.network, [16, 16]));
    up.network.dispose();
    down.network.dispose();
  });

  test('indices of a pool that nobody takes are left out', async () => {
    const window = { kernel_shape: [2, 2], strides: [2, 2] };
    await expectSame(
      (o) => mapEnd(o, o.nodeWithOutputs('MaxPool', 'pool', [stem(o)], 2, window)[0]!),
      (o) => mapEnd(o, o.node('MaxPool', 'pool', [stem(o)], window)),
    );
  });
});

describe('weights', () => {
  test('that are halves until a Cast, or turned', async () => {
    const halves = (dims: number[]) => ({
      ...{ name: 'halves', dims, dataType: ELEMENT.f16 },
      rawData: new Uint8Array(Uint16Array.from({ length: 108 }, (_, i) => toHalf(i / 32 - 2)).buffer),
    });
    await expectSame(
      (o) => {
        o.weights.push(halves([3, 3, 3, 4])); // rows, columns, inputs, outputs
        const cast = o.node('Cast', 'cast', ['halves'], { to: ELEMENT.f32 });
        const weight = o.node('Transpose', 'turned', [cast], { perm: [3, 2, 0, 1] });
        const map = o.node('Relu', 'relu', [o.node('Conv', 'conv', ['x', weight])]);
        return o.node('Gemm', 'scores', [
          o.node('Flatten', 'flat', [o.node('GlobalAveragePool', 'gap', [map])]),
          o.node('Transpose', 'backwards', [o.weight('matrix', [5, 4], values)]),
        ]);
      },
      (o) => {
        const turned = (i: number) => {
          const [out, inside, row, column] = [Math.floor(i / 27), Math.floor(i / 9) % 3, Math.floor(i / 3) % 3, i % 3];
          return (((row * 3 + column) * 3 + inside) * 4 + out) / 32 - 2;
        };
        const map = o.node('Relu', 'relu', [o.node('Conv', 'conv', ['x', o.weight('w', [4, 3, 3, 3], turned)])]);
        return o.node(
          'Gemm',
          'scores',
          [o.node('Flatten', 'flat', [o.node('GlobalAveragePool', 'gap', [map])]), o.weight('matrix', [5, 4], values)],
          { transB: 1 },
        );
      },
    );
  });

  test('of the first convolution tell how many channels a picture has, where the input does not', async () => {
    const o = new Foreign();
    const output = mapEnd(o, o.conv('x', 1, 4, 3));
    const shape = { dims: ['n', 'c', 'h', 'w'].map((parameter) => ({ parameter })) };
    const { network } = await openModel(await o.bytes(output, {}, shape as never), await testDevice());
    expect(network.architecture.input.channels).toBe(1);
    network.dispose();
  });
});
