/** All rungs of pools and pyramids give the same, for any window, map and levels, with ties, NaN and infinities. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canDo } from '../../src/ops/ladder.js';
import { maxPool2d, maxPool2dWithIndices } from '../../src/ops/max-pool2d.js';
import { maxPoolLadder, pyramidLadder } from '../../src/ops/pooling/ladders.js';
import { spatialPyramidPool } from '../../src/ops/spatial-pyramid-pool.js';
import { windowCount } from '../../src/ops/window-count.js';
import { tensor } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

/** Whether some window starts inside the map or the padding before it, and, in floor mode, ends inside too. */
function fits(
  map: readonly number[],
  window: Record<'kernel' | 'stride' | 'padding', readonly number[]> & { dilation: number; ceilMode: boolean },
): boolean {
  return map.every((size, axis) => {
    const hangsOver = window.dilation * (window.kernel[axis]! - 1) + 1 - (size + 2 * window.padding[axis]!);
    return hangsOver <= (window.ceilMode ? window.stride[axis]! - 1 : 0);
  });
}

/** Different values, so that every window has one maximum. */
const distinct = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 10007) - 5000);

/** Few values, so that windows are full of ties, with NaN and infinities among them. */
const trapValues = fc.constantFrom(-2, -1, 0, 1, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

test('both rungs of the max-pool gradient agree bit for bit, for any window', async () => {
  const device = await testDevice();
  const window = fc.record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    kernelSize: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    dilation: fc.integer({ min: 1, max: 2 }),
    padded: fc.boolean(),
    ceilMode: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(window, async ({ height, width, kernelSize, stride, dilation, padded, ceilMode }) => {
      const padding = kernelSize.map((k) => (padded ? Math.floor(k / 2) : 0)) as [number, number];
      fc.pre(fits([height, width], { kernel: kernelSize, stride, padding, dilation, ceilMode }));
      const gradients = await Promise.all(
        (['gather', 'scatter'] as const).map(async (gradient) => {
          const x = tensor(device, distinct(2 * height * width), { shape: [1, 2, height, width], requiresGrad: true });
          scope(() => {
            const y = maxPool2d(x, { kernelSize, stride, dilation, padding, ceilMode, gradient });
            y.backward(
              tensor(
                device,
                Float32Array.from({ length: y.size }, (_, i) => i + 1),
                { shape: y.shape },
              ),
            );
          });
          const values = await x.grad!.data();
          x.dispose();
          return [...values];
        }),
      );
      expect(gradients[0]).toEqual(gradients[1]);
    }),
    { numRuns: 60 },
  );
});

test('both rungs of the pyramid agree bit for bit in values, positions and gradients, with ties, NaN and windows', async () => {
  const device = await testDevice();
  const pyramid = fc
    .record({
      images: fc.integer({ min: 1, max: 2 }),
      channels: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 15 }),
      width: fc.integer({ min: 1, max: 15 }),
      levels: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
      values: fc.array(trapValues, { minLength: 1, maxLength: 40 }),
      listed: fc.boolean(),
    })
    .chain((map) => {
      const end = fc.integer({ min: 1, max: 16 });
      const window = fc.tuple(fc.integer({ min: -1, max: 2 }), fc.nat(8), fc.nat(8), end, end);
      return fc.record({ map: fc.constant(map), windows: fc.array(window, { minLength: 1, maxLength: 5 }) });
    });
  await fc.assert(
    fc.asyncProperty(pyramid, async ({ map, windows: list }) => {
      const { images, channels, height, width, levels, values, listed } = map;
      const shape = [images, channels, height, width];
      const data = Float32Array.from(
        { length: images * channels * height * width },
        (_, i) => values[(i * 31) % values.length]!,
      );
      const windows = listed ? tensor(device, Int32Array.from(list.flat()), { shape: [list.length, 5] }) : undefined;
      const results = await Promise.all(
        (
          [
            { algorithm: 'direct', gradient: 'gather' },
            { algorithm: 'nested', gradient: 'scatter' },
          ] as const
        ).map(async (rungs) => {
          const x = tensor(device, data, { shape, requiresGrad: true });
          const y = spatialPyramidPool(x, levels, { windows, ...rungs });
          // A different whole number for every output: equal gradients mean equal positions.
          y.backward(
            tensor(
              device,
              Float32Array.from({ length: y.size }, (_, i) => i + 1),
              { shape: y.shape },
            ),
          );
          const unrecorded = spatialPyramidPool(x.detach(), levels, { windows, ...rungs });
          return [[...(await y.data())], [...(await x.grad!.data())], [...(await unrecorded.data())]];
        }),
      );
      expect(results[1]).toEqual(results[0]);
      expect(results[0]![2]).toEqual(results[0]![0]);
    }),
    {
      numRuns: 100,
      // Bins of two rows and more columns than are read at once, with a tie between the rows.
      examples: [
        [
          {
            map: { images: 1, channels: 1, height: 2, width: 10, levels: [3, 1], values: [-2, -2, 1], listed: false },
            windows: [[0, 0, 0, 1, 1]],
          },
        ],
      ],
    },
  );
});

test('every rung of the pyramid gives the same bits and positions, over maps and windows', async () => {
  const device = await testDevice();
  const pyramid = fc.record({
    channels: fc.constantFrom<number[]>(1, 3, 4, 8, 9),
    height: fc.integer({ min: 1, max: 20 }),
    width: fc.integer({ min: 1, max: 34 }),
    levels: fc.constantFrom<number[][]>([6, 3, 2, 1], [1, 2, 4, 8], [4, 3, 2, 1], [7], [5, 5, 1], [9, 3], [3, 2]),
    values: fc.array(trapValues, { minLength: 1, maxLength: 40 }),
    listed: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(pyramid, async ({ channels, height, width, levels, values, listed }) => {
      const images = 2;
      const data = Float32Array.from(
        { length: images * channels * height * width },
        (_, i) => values[(i * 31) % values.length]!,
      );
      const list = [0, 0, 0, height, width, 1, height >> 1, width >> 2, height, width, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0];
      const windows = listed ? tensor(device, Int32Array.from(list), { shape: [4, 5] }) : undefined;
      const pairs = levels.map((bins) => [bins, bins] as const);
      const work = { images, rows: listed ? 4 : images, channels, height, width, levels: pairs, windows: listed };
      const results = new Map<string, unknown>();
      for (const row of pyramidLadder.rungs) {
        if (!canDo(device, row, work)) continue;
        const algorithm = row.rung;
        const x = tensor(device, data, { shape: [images, channels, height, width], requiresGrad: true });
        const y = spatialPyramidPool(x, levels, { windows, algorithm });
        const places = Float32Array.from({ length: y.size }, (_, i) => i + 1);
        y.backward(tensor(device, places, { shape: y.shape }));
        const unrecorded = spatialPyramidPool(x.detach(), levels, { windows, algorithm });
        results.set(algorithm, [[...(await y.data())], [...(await x.grad!.data())], [...(await unrecorded.data())]]);
      }
      expect(results.size).toBeGreaterThanOrEqual(5);
      for (const [rung, result] of results) expect(result, rung).toEqual(results.get('direct'));
    }),
    {
      numRuns: 12,
      // What each rung that takes only some work takes: rows of every phase, and windows on fours of channels.
      examples: [13, 30, 32].flatMap((width) =>
        [false, true].map((listed) => [
          { channels: 4, height: 13, width, levels: [6, 3, 2, 1], values: [-2, 1, 0, Number.NaN, -1, 1], listed },
        ]),
      ),
    },
  );
}, 120_000);

test('both rungs of the average pyramid give the same gradient, over maps and windows', async () => {
  const device = await testDevice();
  const windows = tensor(device, Int32Array.of(1, 0, 0, 9, 4, 0, 2, 1, 3, 2, 1, 3, 0, 8, 7, 0, 0, 0, 10, 1), {
    shape: [4, 5],
  });
  for (const listed of [undefined, windows]) {
    const [gathered, scattered] = await Promise.all(
      (['gather', 'scatter'] as const).map(async (gradient) => {
        const x = tensor(device, distinct(2 * 3 * 9 * 7), { shape: [2, 3, 9, 7], requiresGrad: true });
        scope(() => {
          const y = spatialPyramidPool(x, [1, 3, 10], { mode: 'avg', windows: listed, gradient });
          y.backward(tensor(device, distinct(y.size), { shape: y.shape }));
        });
        return await x.grad!.data();
      }),
    );
    expect(gathered!.some((value) => value !== 0)).toBe(true);
    for (const [i, value] of scattered!.entries()) expect(gathered![i]).toBeCloseTo(value, 2);
  }
});

test('every rung of max pooling gives the maximum, first position and NaN of a plain loop, in any window', async () => {
  const device = await testDevice();
  const pooling = fc.record({
    // With many planes an invocation makes several rows, which share some.
    planes: fc.constantFrom(1, 3, 700),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 20 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padded: fc.boolean(),
    ceilMode: fc.boolean(),
    values: fc.array(trapValues, { minLength: 1, maxLength: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(pooling, async ({ planes, height, width, kernel, stride, dilation, padded, ceilMode, values }) => {
      const padding = kernel.map((k) => (padded ? Math.floor(k / 2) : 0)) as [number, number];
      fc.pre(fits([height, width], { kernel, stride: [stride, stride], padding, dilation, ceilMode }));
      const data = Float32Array.from({ length: planes * height * width }, (_, i) => values[(i * 31) % values.length]!);
      const x = tensor(device, data, { shape: [1, planes, height, width] });
      const options = { kernelSize: kernel, stride, dilation, padding, ceilMode };
      const out = [0, 1].map((axis) =>
        windowCount([height, width][axis]!, {
          kernel: kernel[axis]!,
          stride,
          padding: padding[axis]!,
          dilation,
          ceilMode,
        }),
      ) as [number, number];
      const [rows, columns] = out;
      const expected: [number, number][] = [];
      for (let at = 0; at < planes * rows * columns; at++) {
        const plane = Math.floor(at / (rows * columns)) * height * width;
        const top = (Math.floor(at / columns) % rows) * stride - padding[0];
        const left = (at % columns) * stride - padding[1];
        let best: [number, number] = [Number.NEGATIVE_INFINITY, -1];
        for (let ky = 0; ky < kernel[0]; ky++)
          for (let kx = 0; kx < kernel[1]; kx++) {
            const [yy, xx] = [top + ky * dilation, left + kx * dilation];
            if (yy < 0 || yy >= height || xx < 0 || xx >= width) continue;
            const value = data[plane + yy * width + xx]!;
            const better = value > best[0] || (Number.isNaN(value) && !Number.isNaN(best[0]));
            if (best[1] < 0 || better) best = [value, yy * width + xx];
          }
        expected.push(best);
      }
      const shape = { kernel, stride: [stride, stride], padding, dilation: [dilation, dilation], out } as const;
      for (const row of maxPoolLadder.rungs) {
        if (!canDo(device, row, { planes, height, width, shape })) continue;
        const { output, indices } = maxPool2dWithIndices(x, { ...options, algorithm: row.rung });
        const [found, positions] = [await output.data(), await indices.data()];
        expect([...found].map((value, i) => [value, positions[i]])).toEqual(expected);
        expect(await maxPool2d(x, { ...options, algorithm: row.rung }).data()).toEqual(found);
      }
    }),
    { numRuns: 60 },
  );
});
