/** What an edge net learns from: targets, weights, crops, and the loss with its gradient. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradcheck } from '../../../src/autograd/gradcheck.js';
import { balancedTargets } from '../../../src/detect/edges/balanced-targets.js';
import { randomCrop } from '../../../src/detect/edges/crop.js';
import { edgeLoss } from '../../../src/detect/edges/edge-loss.js';
import { EDGE_NET_INPUT, EdgeNet } from '../../../src/detect/edges/edge-net.js';
import { netEdges } from '../../../src/detect/edges/net-edges.js';
import { preparePictures } from '../../../src/ops/prepare-pictures.js';
import { ShapeError } from '../../../src/runtime/errors.js';
import { tensor, zeros } from '../../../src/tensor/create.js';
import { Generator } from '../../../src/tensor/generator.js';
import { Rng } from '../../../src/tensor/rng.js';
import { liveTensorCount } from '../../../src/tensor/tensor.js';
import { testDevice } from '../../setup/device.js';
import { pictureOf } from './drawn.js';

const small = { down: [4, 6, 8], up: [4, 5] };

describe('balancedTargets', () => {
  test('both classes weigh the same, and what few have marked nothing', () => {
    const maps = fc.array(fc.constantFrom(0, 0, 0, 51, 102, 255), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(maps, (bytes) => {
        const marked = Uint8Array.from(bytes);
        const { targets, weights } = balancedTargets(marked, { consensus: 0.3, negative: 1 });
        const sum = (pixels: (i: number) => boolean) => weights.reduce((all, w, i) => all + (pixels(i) ? w : 0), 0);
        expect(sum((i) => targets[i] === 1)).toBeCloseTo(
          sum((i) => marked[i] === 0),
          3,
        );
        expect(sum((i) => marked[i] === 51)).toBe(0);
        expect([...targets]).toEqual(bytes.map((byte) => Number(byte >= 0.3 * 255)));
      }),
    );
  });

  test('weights of one example by hand', () => {
    const { targets, weights } = balancedTargets(Uint8Array.of(255, 0, 0, 0, 30), { consensus: 0.5, negative: 1.2 });
    expect([...targets]).toEqual([1, 0, 0, 0, 0]);
    for (const [i, weight] of [0.75, 0.3, 0.3, 0.3, 0].entries()) expect(weights[i]).toBeCloseTo(weight, 6);
  });
});

describe('randomCrop', () => {
  const image = pictureOf(9, 7, (x, y) => [10 * x, 10 * y, x === 4 && y === 3 ? 255 : 0]);
  const marked = Uint8Array.from({ length: 63 }, (_, i) => 1 + i);

  test('turns picture and boundaries alike, and comes to all eight symmetries', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const crop = randomCrop({ image, marked }, 5, new Rng(seed));
      for (let i = 0; i < 25; i++) {
        const [x, y] = [crop.image.data[3 * i]! / 10, crop.image.data[3 * i + 1]! / 10];
        expect(crop.marked[i]).toBe(1 + y * 9 + x);
      }
      const step = (from: number, to: number) => crop.marked[to]! - crop.marked[from]!;
      seen.add(`${step(0, 1)} ${step(0, 5)}`);
    }
    expect([...seen].sort()).toEqual(['-1 -9', '-1 9', '-9 -1', '-9 1', '1 -9', '1 9', '9 -1', '9 1']);
  });

  test('a picture smaller than the crop repeats its edge, where nothing is marked', () => {
    const crop = randomCrop({ image, marked }, 12, new Rng(1));
    expect(crop.marked.filter((mark) => mark > 0)).toHaveLength(63);
    expect(crop.image.data.every((value, i) => i % 3 === 2 || value <= 80)).toBe(true);
  });
});

describe('edgeLoss', () => {
  test('is the weighted mean over all outputs, in double precision, and its gradient is right', async () => {
    const device = await testDevice();
    const rng = new Rng(5);
    const logits = Float32Array.from({ length: 2 * 3 * 4 }, () => rng.normal(0, 2));
    const wanted = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 1);
    const factors = Float32Array.of(0.7, 0.2, 0, 0.7, 0.2, 0.2, 0.2, 0.7);
    const x = tensor(device, logits, { shape: [2, 3, 2, 2], requiresGrad: true });
    const targets = tensor(device, wanted, { shape: [2, 1, 2, 2] });
    const weight = tensor(device, factors, { shape: [2, 1, 2, 2] });
    let sum = 0;
    for (const [i, logit] of logits.entries()) {
      const pixel = Math.floor(i / 12) * 4 + (i % 4);
      const p = 1 / (1 + Math.exp(-logit));
      sum -= factors[pixel]! * (wanted[pixel] === 1 ? Math.log(p) : Math.log(1 - p));
    }
    expect(await edgeLoss(x, targets, weight).item()).toBeCloseTo(sum / logits.length, 5);
    expect(await gradcheck((one) => edgeLoss(one, targets, weight), [x])).toBeLessThan(1e-2);
    expect(() => edgeLoss(x, tensor(device, wanted, { shape: [2, 2, 2, 1] }), weight)).toThrow(ShapeError);
  });
});

describe('EdgeNet', () => {
  test('has at most 100,000 weights, and an output of each stage and of all, as large as the picture', async () => {
    const device = await testDevice();
    using net = new EdgeNet({ device, generator: new Generator(1) });
    expect(net.parameters().reduce((sum, { size }) => sum + size, 0)).toBe(93_925);
    expect(net.forward(zeros(device, [2, 3, 16, 48])).shape).toEqual([2, 5, 16, 48]);
    expect(() => net.forward(zeros(device, [1, 3, 24, 48]))).toThrow(/multiples of 16/);
    expect(() => net.forward(zeros(device, [1, 3, 0, 16]))).toThrow(ShapeError);
  });

  test('gradients reach every weight', async () => {
    const device = await testDevice();
    using net = new EdgeNet({ device, generator: new Generator(1) }, small);
    const picture = pictureOf(16, 16, (x, y) => [x < 8 ? 220 : 20, 16 * y, 90]);
    const x = preparePictures(device, [picture], [{ outSize: [16, 16] }], EDGE_NET_INPUT);
    const { targets, weights } = balancedTargets(Uint8Array.from({ length: 256 }, (_, i) => (i % 16 === 8 ? 255 : 0)));
    const maps = { shape: [1, 1, 16, 16] };
    edgeLoss(net.forward(x), tensor(device, targets, maps), tensor(device, weights, maps)).backward();
    for (const [name, parameter] of net.namedParameters()) {
      const gradient = (await parameter.grad!.data()) as Float32Array;
      expect(gradient.some((value) => value !== 0) && gradient.every(Number.isFinite), name).toBe(true);
    }
    net.zeroGrad();
  });
});

describe('netEdges', () => {
  test.each([
    [1, 1],
    [17, 5],
    [50, 33],
  ])('takes a picture of %i x %i, at several sizes, and leaves no tensor behind', async (width, height) => {
    const device = await testDevice();
    using net = new EdgeNet({ device, generator: new Generator(2) }, small);
    const picture = pictureOf(width, height, (x, y) => [5 * x, 7 * y, 128]);
    const before = liveTensorCount(device);
    const map = await netEdges(device, net, picture, { sizes: [0.5, 1, 1.5] });
    expect(liveTensorCount(device)).toBe(before);
    expect([map.width, map.height, map.strength.length]).toEqual([width, height, width * height]);
    expect(map.strength.every((value) => value > 0 && value < 1)).toBe(true);
    const again = await netEdges(device, net, picture, { sizes: [0.5, 1, 1.5] });
    expect(again.strength).toEqual(map.strength);
  });

  test('a large picture is looked at in a smaller size', async () => {
    const device = await testDevice();
    using net = new EdgeNet({ device, generator: new Generator(2) }, small);
    const picture = pictureOf(64, 32, (x) => [4 * x, 0, 0]);
    const whole = await netEdges(device, net, picture, { sizes: [0.5] });
    const bounded = await netEdges(device, net, picture, { maxPixels: 512 });
    expect(bounded.strength).toEqual(whole.strength);
    await expect(netEdges(device, net, picture, { sizes: [] })).rejects.toThrow(/sizes/);
    await expect(netEdges(device, net, picture, { sizes: [0] })).rejects.toThrow(/size/);
  });
});
