/** Spatial pyramid pooling on a device equals the bin rule for any map, any levels, any windows. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spatialPyramidPool } from '../../src/ops/spatial-pyramid-pool.js';
import type { Device } from '../../src/runtime/device.js';
import { baseOf } from '../../src/selftest/case.js';
import { relativeError } from '../../src/selftest/error.js';
import { type NdArray, nd } from '../../src/selftest/reference/nd.js';
import * as reference from '../../src/selftest/reference/spatial-pyramid-pool.js';
import { tensor } from '../../src/tensor/create.js';
import { openTestDevice } from '../setup/device.js';

const RUNS = 100;
let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
});
afterAll(() => device?.dispose());

const size = fc.integer({ min: 1, max: 64 });
const levels = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 });
const mode = fc.constantFrom('max' as const, 'avg' as const);

/** An interval of `cells` cells, from two numbers in [0, 1). */
function interval(a: number, b: number, cells: number): [number, number] {
  const start = Math.floor(a * cells);
  return [start, start + 1 + Math.floor(b * (cells - start))];
}

const fraction = fc.double({ min: 0, max: 0.999, noNaN: true });
const windowFractions = fc.array(fc.tuple(fc.nat(1), fraction, fraction, fraction, fraction), {
  minLength: 1,
  maxLength: 6,
});

function mapOf(images: number, height: number, width: number): NdArray {
  return baseOf({ shape: [images, 2, height, width], values: { kind: 'uniform', seed: 9, min: -5, max: -1 } });
}

/** Forward and gradient errors against the reference. */
async function errorsOf(x: NdArray, list: number[], windows: NdArray | null, kind: 'max' | 'avg') {
  using input = tensor(device, x.data, { shape: x.shape, requiresGrad: true });
  using boxes = windows && tensor(device, windows.data, { shape: windows.shape, dtype: 'i32' });
  const expected = reference.spatialPyramidPool(x, list, windows, kind);
  const ones = nd(
    expected.shape,
    expected.data.map(() => 1),
  );
  const slopes = reference.spatialPyramidPoolVjp(x, ones, list, windows, kind);

  using output = spatialPyramidPool(input, list, { mode: kind, ...(boxes && { windows: boxes }) });
  using cotangent = tensor(device, ones.data, { shape: ones.shape });
  output.backward(cotangent);
  const forward = { shape: output.shape, dtype: output.dtype, data: await output.data() };
  const gradient = { shape: x.shape, dtype: 'f32', data: await input.grad!.data() };
  return [relativeError(forward, expected), relativeError(gradient, slopes)] as const;
}

describe('spatialPyramidPool equals the reference', () => {
  test('on whole maps of 1 to 64 cells per side', async () => {
    const property = fc.asyncProperty(size, size, levels, mode, async (height, width, list, kind) => {
      const [forward, gradient] = await errorsOf(mapOf(2, height, width), list, null, kind);
      expect(forward).toBeLessThan(kind === 'max' ? 1e-7 : 1e-5);
      expect(gradient).toBeLessThan(1e-5);
    });
    await fc.assert(property, { numRuns: RUNS });
  }, 60_000);

  test('on windows anywhere', async () => {
    const property = fc.asyncProperty(
      size,
      size,
      levels,
      mode,
      windowFractions,
      async (height, width, list, kind, rows) => {
        const boxes = rows.map(([image, a, b, c, d]) => {
          const [y0, y1] = interval(a, b, height);
          const [x0, x1] = interval(c, d, width);
          return [image, y0, x0, y1, x1];
        });
        const windows = nd([boxes.length, 5], boxes.flat(), 'i32');
        const [forward, gradient] = await errorsOf(mapOf(2, height, width), list, windows, kind);
        expect(forward).toBeLessThan(kind === 'max' ? 1e-7 : 1e-5);
        expect(gradient).toBeLessThan(1e-5);
      },
    );
    await fc.assert(property, { numRuns: RUNS });
  }, 60_000);
});
