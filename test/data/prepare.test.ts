import { expect, it } from 'vitest';
import { fullView } from '../../src/data/augment.js';
import type { ByteImage } from '../../src/data/image.js';
import { prepareImages } from '../../src/data/prepare.js';
import { tensor } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';

const red: ByteImage = { width: 2, height: 2, data: Uint8Array.from({ length: 12 }, (_, i) => [200, 100, 50][i % 3]!) };
const bgr = { channels: 3, channelOrder: 'bgr', mean: [104, 117, 123], scale: 2 } as const;

it('subtracts the mean in the order of the channels, then scales', async () => {
  const device = await testDevice();
  const y = prepareImages(device, [red, red], [fullView(2, 2, 2), fullView(2, 2, 2, true)], bgr);
  expect(y.shape).toEqual([2, 3, 2, 2]);
  const values = [...(await y.data())];
  const picture = [-108, -34, 154].flatMap((value) => [value, value, value, value]);
  expect(values).toEqual([...picture, ...picture]);
  y.dispose();
});

it('takes a byte value or a mean picture instead, and makes grey', async () => {
  const device = await testDevice();
  const constant = prepareImages(device, [red], [fullView(2, 2, 2)], bgr, { mean: 100 });
  expect([...(await constant.data())].slice(0, 12)).toEqual([-100, 0, 200].flatMap((v) => [v, v, v, v]));
  const picture = tensor(device, [10, 20, 30], { shape: [3, 1, 1] });
  const warped = prepareImages(device, [red], [fullView(2, 2, 2)], bgr, { mean: picture });
  expect([...(await warped.data())].slice(0, 12)).toEqual([40, 160, 380].flatMap((v) => [v, v, v, v]));
  const grey = prepareImages(device, [red], [fullView(2, 2, 2)], {
    channels: 1,
    channelOrder: 'rgb',
    mean: [0],
    scale: 1,
  });
  expect(grey.shape).toEqual([1, 1, 2, 2]);
  expect((await grey.data())[0]).toBeCloseTo(0.299 * 200 + 0.587 * 100 + 0.114 * 50, 3);
  for (const one of [constant, picture, warped, grey]) one.dispose();
});

it('refuses a batch of several sizes', async () => {
  const device = await testDevice();
  const views = [fullView(2, 2, 2), fullView(2, 2, 3)];
  expect(() => prepareImages(device, [red, red], views, bgr)).toThrow(
    'a batch cannot mix 2x2 and 3x3 pixels; batch pictures by size',
  );
  expect(() => prepareImages(device, [red], [], bgr)).toThrow('1 pictures and 0 records');
});
