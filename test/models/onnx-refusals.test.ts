/** ONNX files that cannot be opened: each is named with its node. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MODEL, NodeDraft } from '../../src/io/onnx/schema.js';
import type { Draft } from '../../src/io/protobuf-message.js';
import { type AttributeValue, real } from '../../src/models/onnx/graph-builder.js';
import { openModel } from '../../src/models/open-model.js';
import { FileError } from '../../src/runtime/errors.js';
import { testDevice } from '../setup/device.js';

import { branching, Foreign } from './foreign-onnx.js';

describe('what cannot be opened is named with its node', () => {
  const opens = async (build: (onnx: Foreign) => string, changes?: Draft<typeof MODEL>) => {
    const onnx = new Foreign();
    const bytes = await onnx.bytes(build(onnx), changes);
    return openModel(bytes, await testDevice());
  };
  const pooled = (onnx: Foreign, operator: string, attributes: Record<string, AttributeValue>) =>
    onnx.node(operator, 'pool', [onnx.conv('x', 3, 4)], { kernel_shape: [3, 3], ...attributes });
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
      'a mirrored border',
      (o) =>
        head(o, o.conv(o.node('Pad', 'rim', ['x', o.integers([0, 0, 1, 1, 0, 0, 1, 1])], { mode: 'reflect' }), 3, 4)),
      /node "rim" \(Pad\): mode reflect; only constant/,
    ],
    [
      'a border that is cut off',
      (o) => head(o, o.conv(o.node('Pad', 'rim', ['x', o.integers([0, 0, 0, 0, 0, 0, -1, 0])]), 3, 4)),
      /node "rim" \(Pad\): pads 0, 0, 0, 0, 0, 0, -1, 0: only cells around the map/,
    ],
    [
      'padding by size',
      (o) => head(o, o.conv('x', 3, 4, 3, { auto_pad: 'SAME_UPPER', strides: [2, 2] })),
      /node "conv0" \(Conv\): auto_pad SAME_UPPER with stride 2 pads differently by the size of the map/,
    ],
    [
      'dilated means',
      (o) => head(o, pooled(o, 'AveragePool', { dilations: [2, 1] })),
      /node "pool" \(AveragePool\): dilations are not supported/,
    ],
    [
      'rounding up with uneven padding',
      (o) => head(o, pooled(o, 'MaxPool', { ceil_mode: 1, pads: [0, 0, 1, 1], strides: [2, 2] })),
      /node "pool" \(MaxPool\): ceil_mode with pads that differ/,
    ],
    [
      'a window over one axis',
      (o) => head(o, pooled(o, 'MaxPool', { kernel_shape: [3] })),
      /node "pool" \(MaxPool\): kernel_shape 3; it must be 2 numbers from 1/,
    ],
    [
      'a hard sigmoid of another kind',
      (o) => head(o, o.node('HardSigmoid', 'hard', [o.conv('x', 3, 4)], { beta: real(0.4) })),
      /node "hard" \(HardSigmoid\): beta 0\.4/,
    ],
    [
      'slopes that are not one a channel',
      (o) => head(o, o.node('PRelu', 'slopes', [o.conv('x', 3, 4), o.weight('s', [4, 1, 16], () => 1)])),
      /node "slopes" \(PRelu\): its slopes are of shape \[4,1,16\]/,
    ],
    ['windows that are not whole maps', (o) => someWindow(o), /node "roi" \(MaxRoiPool\) is not supported/],
    [
      'computed weights',
      (o) => head(o, computedWeights(o)),
      /node "computed" \(Conv\): its weights are not in the file/,
    ],
    ['a sum of a vector and a map', (o) => vectorAndMap(o), /node "sum" \(Add\) is not supported/],
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

function someWindow(onnx: Foreign): string {
  const attributes = { pooled_shape: [2, 2], spatial_scale: real(1) };
  const pooled = onnx.node('MaxRoiPool', 'roi', [onnx.conv('x', 3, 4), onnx.reals([0, 0, 0, 3, 3])], attributes);
  return onnx.node('Flatten', 'flat', [pooled], { axis: 1 });
}

function computedWeights(onnx: Foreign): string {
  const weight = onnx.node('Mul', 'twice', [onnx.weight('w', [4, 3, 1, 1], () => 1), onnx.reals(2)]);
  return onnx.node('Conv', 'computed', ['x', weight]);
}

function vectorAndMap(onnx: Foreign): string {
  const map = onnx.conv('x', 3, 4);
  const flat = onnx.node('Flatten', 'flat', [onnx.node('GlobalAveragePool', 'gap', [map])], { axis: 1 });
  return onnx.node('Add', 'sum', [flat, map]);
}

function misfit(onnx: Foreign, head: (onnx: Foreign, map: string) => string): string {
  return onnx.node('Gemm', 'gemm', [head(onnx, onnx.conv('x', 3, 4)), onnx.weight('m', [9, 2], () => 1)]);
}
