/** The table of a network: shapes as it ran, parameters, multiplications. */
import { expect, test } from 'vitest';
import { BatchNorm2d, Conv2d, Flatten, Linear, ReLU, Sequential, summary } from '../../src/nn/index.js';
import { zeros } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { testDevice } from '../setup/device.js';

test('summary: what each module made, without a trace in the network', async () => {
  const device = await testDevice();
  const options = { device, generator: new Generator(1) };
  const block = new Sequential({
    conv: new Conv2d(3, 4, 3, { ...options, padding: 1 }),
    norm: new BatchNorm2d(4, { device }),
  });
  const net = new Sequential({ block, relu: new ReLU(), flat: new Flatten(), fc: new Linear(4 * 5 * 6, 2, options) });
  net.parameters()[0]!.requiresGrad = false;
  const result = await summary(net, zeros(device, [2, 3, 5, 6]));
  expect(result.rows.map(({ name, output, parameters }) => [name, output, parameters])).toEqual([
    ['', [2, 2], 362],
    ['block', [2, 4, 5, 6], 120],
    ['block.conv', [2, 4, 5, 6], 112],
    ['block.norm', [2, 4, 5, 6], 8],
    ['relu', [2, 4, 5, 6], 0],
    ['flat', [2, 120], 0],
    ['fc', [2, 2], 242],
  ]);
  expect(result).toMatchObject({ parameters: 362, trainable: 254, multiplyAdds: 2 * 30 * 108 + 2 * 240 });
  const lines = `${result}`.split('\n');
  expect(lines[0]).toMatch(/^module +output +parameters +multiply-adds$/);
  expect(lines[3]).toMatch(/^ {4}conv: Conv2d +\[2, 4, 5, 6\] +112 +6,480$/);
  expect(lines.at(-1)).toBe('362 parameters, 254 trainable, 6,960 multiply-adds');
  expect(net.training && block.training).toBe(true);
  expect(Object.hasOwn(net, 'forward')).toBe(false);
});
