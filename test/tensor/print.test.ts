/** Printing, against texts that NumPy made (see `fixtures/make-print.py`). */
import { expect, test, vi } from 'vitest';
import { transpose } from '../../src/ops/transpose.js';
import { ones, tensor } from '../../src/tensor/create.js';
import type { DType } from '../../src/tensor/dtype.js';
import { formatValues, type PrintOptions } from '../../src/tensor/format.js';
import { testDevice } from '../setup/device.js';
import fixture from './fixtures/print.json';

interface Case {
  name: string;
  shape: number[];
  dtype: DType;
  values: (number | string)[];
  options: PrintOptions;
  text: string;
}

test.each(fixture.cases as Case[])('$name', ({ shape, dtype, values, options, text }) => {
  expect(formatValues(values.map(Number), shape, dtype, options)).toBe(text);
});

test('settings that cannot be are named', () => {
  expect(() => formatValues([1], [1], 'f32', { precission: 2 } as never)).toThrow(
    'print: there is no option precission; the nearest is precision',
  );
  expect(() => formatValues([1], [1], 'f32', { precision: 1.5 })).toThrow('print: precision 1.5 is not usable');
});

test('a tensor prints its values, and describes itself in one line', async () => {
  const device = await testDevice();
  const x = tensor(device, [
    [1, 2.5],
    [3, -4],
  ]);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await transpose(x, 0, 1).print({ precision: 1 });
    expect(log.mock.calls).toEqual([['[[ 1.   3. ]\n [ 2.5 -4. ]]']]);
  } finally {
    log.mockRestore();
  }
  const inspect = Symbol.for('nodejs.util.inspect.custom');
  const seen = (value: object) => (value as Record<symbol, () => string>)[inspect]!();
  expect(seen(x)).toBe(`Tensor(f32[2, 2] by tensor on ${device.info.name})`);
  expect(seen(device)).toBe(`Device(${device.info.name})`);
  const gone = ones(device, [3], { dtype: 'i32' });
  gone.dispose();
  expect(`${gone}`).toBe(`Tensor(i32[3] by full on ${device.info.name}, disposed)`);
});
