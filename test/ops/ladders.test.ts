/// <reference types="vite/types/importMeta.d.ts" />
/** The registry of ladders: what it chooses on every kind of adapter, and what it refuses. */
import { describe, expect, test } from 'vitest';
import { everyKernel } from '../../src/cli/kernel-library.js';
import { type ConvWork, convInputLadder, convLadder } from '../../src/ops/conv/ladder.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { chooseRung, type Ladder, shaderHash } from '../../src/ops/ladder.js';
import { ladders, noteOf, opsOf } from '../../src/ops/ladders.js';
import { type MatmulWork, matmulLadder } from '../../src/ops/matmul/ladder.js';
import { maxPoolLadder, type PoolWork, type PyramidWork, pyramidLadder } from '../../src/ops/pooling/ladders.js';
import type { Device } from '../../src/runtime/device.js';
import { DeviceError, ShapeError } from '../../src/runtime/errors.js';
import { type TuningEntry, TuningTable, tuningDevice } from '../../src/runtime/tuning.js';
import { specs } from '../../src/selftest/specs.js';
import { zeros } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';

const device = (software: boolean, subgroupSize: number): Device =>
  ({ info: { name: 'an adapter', software, subgroupSize, matrixUnits: [] as readonly string[] } }) as Device;

const adapters = [
  ['a GPU', device(false, 32)],
  ['a GPU whose subgroups vary', device(false, 0)],
  ['a GPU with subgroups of 8', device(false, 8)],
  ['lavapipe', device(true, 8)],
  ['lavapipe with 512-bit vectors', device(true, 16)],
  ['SwiftShader', device(true, 4)],
  ['a CPU adapter without subgroups', device(true, 0)],
] as const;

const shape = (channels: number, outChannels: number, groups = 1): ConvWork => ({
  images: 1,
  channels,
  groupChannels: channels / groups,
  outChannels,
  groupOutChannels: outChannels / groups,
  groups,
  size: [32, 32],
  out: [30, 30],
  kernel: [3, 3],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
});

/** A pool of 3x3 windows with stride 2, as all networks of the paper have. */
const pool: PoolWork = {
  planes: 96,
  height: 55,
  width: 55,
  shape: { kernel: [3, 3], stride: [2, 2], padding: [0, 0], dilation: [1, 1], out: [27, 27] },
};

const PAPER = [1, 2, 3, 6].map((bins) => [bins, bins] as const);

/** A product of so many multiply-adds. */
const product = (multiplyAdds: number): MatmulWork => ({
  multiplyAdds,
  batches: 1,
  rows: 64,
  inner: multiplyAdds / 4096,
  columns: 64,
  transposed: 'none',
});

const files = Object.keys(import.meta.glob('../../shaders/**/*.wgsl')).map((path) =>
  path.replace('../../shaders/', ''),
);

test('every note names the shader of its row and says what it is good for', () => {
  const kernels = everyKernel();
  for (const { family, rungs } of ladders) {
    expect(opsOf({ family }).filter((op) => !specs.some((spec) => spec.op === op))).toEqual([]);
    expect(new Set(rungs.map(({ rung }) => rung)).size).toBe(rungs.length);
    for (const { rung, kernels: own, chooseWhen } of rungs) {
      const { file, chosenFor, why, lost } = noteOf(family, rung);
      // `kernels --show` prints what the registry names.
      expect(own.filter(({ name, code }) => kernels.get(name)?.code !== code).map(({ name }) => name)).toEqual([]);
      expect(own.some(({ code }) => code.includes(`// ${file}\n`)) || own.length === 1, `${family} ${rung}`).toBe(true);
      expect(files, `${family} ${rung}`).toContain(file);
      expect(why.length).toBeGreaterThan(20);
      // What is never chosen is there for a measured reason.
      expect(chosenFor === 'never', `${family} ${rung}`).toBe(lost !== undefined);
      // The words that say all, about work that every ladder understands.
      const words: Partial<Record<string, (gpu: boolean) => boolean>> = {
        never: () => false,
        GPUs: (gpu: boolean) => gpu,
        'CPU adapters': (gpu: boolean) => !gpu,
      };
      const test = words[chosenFor];
      for (const [name, adapter] of adapters) {
        const work = { ...product(2 ** 20), ...shape(16, 16, 16), length: 100 } as never;
        if (test) expect(chooseWhen(adapter, work), `${family} ${rung}, ${name}`).toBe(test(!adapter.info.software));
      }
    }
  }
  expect(new Set(ladders.map(({ family }) => family)).size).toBe(ladders.length);
});

describe.each(adapters)('%s', (name, adapter) => {
  test('has a rung for everything', () => {
    const works = [1, 2 ** 30].flatMap((many) =>
      [shape(3, 64), shape(64, 8), shape(16, 16, 16)].map((conv) => ({
        multiplyAdds: many,
        length: many,
        ...pool,
        ...conv,
      })),
    );
    for (const ladder of ladders as readonly Ladder<string, unknown>[]) {
      for (const work of works) expect(() => chooseRung('op', ladder, adapter, work)).not.toThrow();
    }
  });

  test('takes the rung made for it', () => {
    const chosen = (multiplyAdds: number) => chooseRung('matmul', matmulLadder, adapter, product(multiplyAdds));
    const convolution = (work: ConvWork) => chooseRung('conv2d', convLadder, adapter, work);
    const small = name.startsWith('a GPU')
      ? 'block'
      : (({ lavapipe: 'subgroup8', SwiftShader: 'subgroup4' } as Record<string, string>)[name] ?? 'registers');
    expect(chosen(2 ** 19)).toBe(small);
    const large = ({ lavapipe: 'subgroup8x32', SwiftShader: 'subgroup4x32' } as Record<string, string>)[name] ?? small;
    expect(chosen(2 ** 25)).toBe(large);
    if (name === 'SwiftShader') {
      const flat = { ...product(2 ** 25), rows: 8, columns: 512 };
      expect(chooseRung('matmul', matmulLadder, adapter, flat)).toBe(small);
    }
    expect(convolution(shape(64, 64))).toBe(chosen(64 * 64 * 900 * 9));
    expect(convolution(shape(16, 16, 16))).toBe(name.startsWith('a GPU') ? 'direct' : 'depthwise');
    expect(convolution({ ...shape(16, 16, 16), dilation: [2, 2] })).toBe('direct');
    const inputGradient = (work: ConvWork) => chooseRung('conv2d', convInputLadder, adapter, work);
    expect(inputGradient(shape(3, 64))).toBe('im2col');
    expect(inputGradient(shape(8, 64))).toBe(name === 'SwiftShader' ? large : 'im2col');
    expect(inputGradient(shape(8, 16)) === 'im2col').toBe(!['SwiftShader', 'lavapipe'].includes(name));
    expect(inputGradient(shape(16, 64))).not.toBe('im2col');
    expect(convolution(shape(3, 16))).toBe(name === 'lavapipe' ? 'slide' : small);
    expect(convolution({ ...shape(3, 16), dilation: [1, 2] })).toBe(small);
    const pooling = (change: Partial<PoolWork['shape']> = {}) =>
      chooseRung('maxPool2d', maxPoolLadder, adapter, { ...pool, shape: { ...pool.shape, ...change } });
    const columns = name.startsWith('a GPU') ? 'direct' : 'walk';
    expect(pooling()).toBe(name === 'lavapipe' ? 'strip' : columns);
    expect(pooling({ kernel: [5, 1], stride: [4, 1] })).toBe(pooling());
    expect(pooling({ kernel: [3, 4] })).toBe(columns);
    expect(pooling({ stride: [2, 3] })).toBe(columns);
    expect(pooling({ dilation: [2, 1] })).toBe(columns);
  });
});

test('Winograd has the wide 3x3 layers of CPU adapters, whatever the batch, where its products fit a binding', () => {
  const chosen = (work: ConvWork, software = true, maxBindingBytes = 2 ** 27) =>
    [convLadder, convInputLadder].map((ladder) =>
      chooseRung(
        'conv2d',
        ladder as Ladder<string, ConvWork>,
        { ...device(software, 8), maxBindingBytes } as Device,
        work,
      ),
    );
  const wide: ConvWork = { ...shape(256, 384), size: [13, 13], out: [13, 13], padding: [1, 1] };
  for (const images of [1, 64]) expect(chosen({ ...wide, images })).toEqual(['winograd', 'winograd']);
  const others: ConvWork[] = [
    { ...wide, stride: [1, 2] },
    { ...wide, dilation: [2, 1] },
    { ...wide, padding: [3, 3] },
    { ...wide, kernel: [3, 1] },
    { ...wide, size: [12, 12], out: [12, 12] },
    { ...shape(256, 384, 2), size: [13, 13], out: [13, 13] },
    { ...wide, channels: 64, groupChannels: 64, outChannels: 64, groupOutChannels: 64 },
  ];
  for (const work of others) expect(chosen(work), JSON.stringify(work)).not.toContain('winograd');
  expect(chosen(wide, false)).toEqual(['block', 'block']);
  expect(chosen(wide, true, 16 * 256 * 384 * 4)).toEqual(['subgroup8x32', 'subgroup8x32']);
});

test('a rung that a device or a shape has not is refused in one line', async () => {
  expect(() => chooseRung('matmul', matmulLadder, device(false, 32), product(4096), 'subgroup4')).toThrow(
    new DeviceError(
      'matmul: an adapter cannot run subgroup4 (subgroup size 32); use one of naive, tiled, registers, block, block64, block128, warp128',
    ),
  );
  const dilated: ConvWork = { ...shape(3, 16), dilation: [1, 2] };
  expect(() => chooseRung('conv2d', convLadder, device(true, 8), dilated, 'slide')).toThrow(ShapeError);
  const real = await testDevice();
  const [x, w] = [zeros(real, [1, 1, 3, 3]), zeros(real, [1, 1, 2, 2])];
  expect(() => conv2d(x, w, null, { algorithm: 'slide' as 'direct' })).toThrow(
    /algorithm slide is not a rung of all three passes; .* or \{ forward: 'slide' \}/,
  );
});

test('a tuning table is asked before the rules, about its own device, shaders and bucket only', () => {
  const info = {
    name: 'an adapter',
    vendor: 'v',
    architecture: 'a',
    description: '1.0',
    software: true,
    subgroupSize: 8,
    matrixUnits: [],
  };
  const [work, larger] = [product(2 ** 20), product(2 ** 23)];
  const entry = {
    family: 'matmul',
    bucket: matmulLadder.bucket(work),
    ...tuningDevice(info),
    shaders: shaderHash(matmulLadder as Ladder),
    rung: 'registers',
    candidates: [{ rung: 'registers', ok: true, ms: 1 }],
  };
  const choose = (change: Partial<TuningEntry>, asked: MatmulWork = work) => {
    // What a file or a page keeps is text.
    const tuning = TuningTable.parse(JSON.stringify(new TuningTable([{ ...entry, ...change }])));
    return chooseRung('matmul', matmulLadder, { info, tuning } as unknown as Device, asked);
  };
  expect(choose({})).toBe('registers');
  expect(choose({}, { ...work, rows: 70 })).toBe('registers');
  expect(choose({}, larger)).toBe('subgroup8');
  expect(choose({ driver: '1.1' })).toBe('subgroup8');
  expect(choose({ shaders: '0' })).toBe('subgroup8');
  // A rung that the device cannot run, or that is gone.
  expect(choose({ rung: 'subgroup4' })).toBe('subgroup8');
  expect(choose({ rung: 'no such' })).toBe('subgroup8');
  expect(() => TuningTable.parse('{"entries": []}', 'a.json')).toThrow(
    /^a\.json is not a tuning table of this version/,
  );
});

test('windows share the packing of a map with channels last, where there are many of them and the copy fits a binding', () => {
  const pyramid = (
    rows: number,
    windows: boolean,
    software = true,
    maxBindingBytes = 2 ** 27,
    lanes = 8,
    channels = 8,
  ) =>
    chooseRung('op', pyramidLadder, { ...device(software, lanes), maxBindingBytes } as Device, {
      images: 2,
      rows,
      channels,
      height: 40,
      width: 30,
      levels: [[6, 6]],
      windows,
    });
  expect(pyramid(32, true)).toBe('nestedChannels');
  expect(pyramid(159, true)).toBe('nestedChannels');
  // Blocks of 1, 2, 4 and 8 rows, of 1, 2 and 4 columns.
  const table = 12 * 2 * 40 * 30 * 8 * 4;
  expect(pyramid(160, true)).toBe('table');
  expect(pyramid(160, true, true, table)).toBe('table');
  expect(pyramid(160, true, true, table - 16)).toBe('nestedChannels');
  // The table holds whole fours of channels.
  expect(pyramid(160, true, true, 2 ** 27, 8, 6)).toBe('nestedChannels');
  expect(pyramid(31, true)).toBe('nested');
  expect(pyramid(32, false)).toBe('nested');
  // Where loads cost more than on lavapipe, fewer windows are enough.
  expect(pyramid(15, true, true, 2 ** 27, 4)).toBe('nested');
  expect(pyramid(16, true, true, 2 ** 27, 4)).toBe('nestedChannels');
  expect(pyramid(255, true, true, 2 ** 27, 4)).toBe('nestedChannels');
  expect(pyramid(256, true, true, 2 ** 27, 4)).toBe('table');
  expect(pyramid(2000, true, true, 2 ** 27, 16)).toBe('nested');
  expect(pyramid(32, true, false)).toBe('direct');
  expect(pyramid(32, true, true, 2 * 40 * 30 * 8 * 4)).toBe('nestedChannels');
  expect(pyramid(32, true, true, 2 * 40 * 30 * 8 * 4 - 16)).toBe('nested');
});

test('maps of a network are swept where loads cost most, whatever the batch, if their levels nest and their rows are neither short nor long', () => {
  const picture = { images: 1, rows: 1, channels: 256, height: 13, width: 13, levels: PAPER, windows: false };
  const chosen = (change: Partial<PyramidWork>, lanes = 8, software = true) =>
    chooseRung('op', pyramidLadder, { ...device(software, lanes), maxBindingBytes: 2 ** 27 } as Device, {
      ...picture,
      ...change,
    });
  expect(chosen({})).toBe('sweep');
  expect(chosen({ images: 32, rows: 32 })).toBe('sweep');
  expect(chosen({ height: 40, width: 32 })).toBe('sweep');
  const nested: Partial<PyramidWork>[] = [
    { width: 33 },
    { width: 11, height: 40 },
    { channels: 64 },
    { windows: true },
    { levels: [1, 2, 3, 4].map((bins) => [bins, bins] as const) },
    { levels: [[6, 9]] },
    { levels: [...PAPER, [1, 6]] },
  ];
  for (const change of nested) expect(chosen(change), JSON.stringify(change)).toBe('nested');
  expect(chosen({}, 4)).toBe('nested');
  expect(chosen({}, 8, false)).toBe('direct');
});
