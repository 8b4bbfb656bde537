/** Every rung of the kernel ladders, not only the one this adapter chooses, on every case of the op. */
import { describe, expect, test } from 'vitest';
import { SLIDE_ENGINE } from '../../src/ops/conv/slide.js';
import { type ConvAlgorithm, conv2d } from '../../src/ops/conv2d.js';
import { availableEngines, tileEngines } from '../../src/ops/tile/engines.js';
import { type MatmulAlgorithm, matmul } from '../../src/ops/matmul.js';
import { DeviceError } from '../../src/runtime/errors.js';
import { bindings } from '../../src/selftest/bindings.js';
import { runCase } from '../../src/selftest/run.js';
import { specs } from '../../src/selftest/specs.js';
import { zeros } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';

const engines = Object.keys(tileEngines) as (keyof typeof tileEngines)[];
const ladders: { op: string; algorithms: (MatmulAlgorithm | ConvAlgorithm)[] }[] = [
  { op: 'matmul', algorithms: ['naive', 'tiled', ...engines] },
  { op: 'conv2d', algorithms: ['direct', 'im2col', 'slide', ...engines] },
];

describe.each(ladders)('$op', ({ op, algorithms }) => {
  const spec = specs.find((s) => s.op === op)!;

  test.each(algorithms)('%s', async (algorithm) => {
    const device = await testDevice();
    const engine = algorithm === 'slide' ? SLIDE_ENGINE : algorithm;
    if (engine in tileEngines && !(availableEngines(device) as string[]).includes(engine)) {
      const [x, w] = [zeros(device, [1, 1, 1, 1]), zeros(device, [1, 1, 1, 1])];
      const options = { algorithm } as { algorithm: keyof typeof tileEngines };
      expect(() => (op === 'matmul' ? matmul(x, w, options) : conv2d(x, w, null, options))).toThrow(DeviceError);
      return;
    }
    const failed = [];
    for (const opCase of spec.cases) {
      const row = await runCase(device, spec, { ...opCase, attrs: { ...opCase.attrs, algorithm } }, bindings[op]!);
      if (!row.ok) failed.push(row);
    }
    expect(failed).toEqual([]);
  });
});

const pools = [
  ['maxPool2d', 'gradient', ['gather', 'scatter']],
  ['spatialPyramidPool', 'algorithm', ['direct', 'nested']],
  ['spatialPyramidPool', 'gradient', ['gather', 'scatter']],
] as const;

describe.each(pools)('%s, %s', (op, ladder, rungs) => {
  const spec = specs.find((s) => s.op === op)!;

  test.each(rungs)('%s', async (rung) => {
    const device = await testDevice();
    const failed = [];
    for (const opCase of spec.cases) {
      const row = await runCase(device, spec, { ...opCase, attrs: { ...opCase.attrs, [ladder]: rung } }, bindings[op]!);
      if (!row.ok) failed.push(row);
    }
    expect(failed).toEqual([]);
  });
});
