/** Times of detectors where one of them does not fit the device. */
import { expect, test } from 'vitest';
import { timeDetection } from '../../src/bench/detection.js';
import { RegionNetwork } from '../../src/detect/features/region-network.js';
import { slidingWindows } from '../../src/detect/proposals/sliding-windows.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { Generator } from '../../src/tensor/generator.js';
import { openNarrowDevice } from '../setup/narrow-device.js';

test('five scales that do not fit leave the other methods standing, and are told once', async () => {
  // At 86 pixels the largest map takes 32 x 43 x 43 floats, at 150 pixels 32 x 75 x 75: 237 and 720 kB.
  const device = await openNarrowDevice(400_000);
  const network = new Network(buildArchitecture('small', { hidden: 8 }), {
    device,
    generator: new Generator(1),
  }).eval();
  const problems: string[] = [];
  const picture = { width: 100, height: 100, data: new Uint8Array(30_000).fill(90) };
  const { spp1, spp5, rcnn, ratios } = await timeDetection(new RegionNetwork(network, 'fc4'), {
    ...{ pictures: [picture, picture], classes: 2, windows: 10, rcnnWindows: 4 },
    propose: (own) => slidingWindows(own, { sizes: [1, 0.12], aspects: [1], step: 0.5 }),
    onProblem: (what) => problems.push(what),
  });
  expect(problems).toEqual([expect.stringMatching(/^five scales are left out: .*binding limit/)]);
  expect([spp5.conv, spp5.total, ratios.conv5, ratios.total5]).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
  expect(spp1.conv).toBeGreaterThan(0);
  expect(ratios.conv1).toBeCloseTo(rcnn.conv / spp1.conv, 6);
  network.dispose();
  device.dispose();
});
