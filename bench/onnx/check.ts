/**
 * Every network as ONNX in ONNX Runtime, against itself: `node bench/run.mjs bench/onnx/check.ts [NAME ...]`, after
 * `npm ci --prefix bench/onnx`. Five sizes of pictures, two pictures each; with the own head, and with a pyramid as MaxRoiPool and
 * as slices. Ends with 1 where an answer differs by more than 1e-4 of the largest score.
 */
import { Network } from '../../src/models/network.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../../src/models/registry.js';
import { createDevice } from '../../src/runtime/create-device.node.js';
import type { Device } from '../../src/runtime/device.js';
import { Generator } from '../../src/tensor/generator.js';
import { randn } from '../../src/tensor/random.js';
import { largestDifference, runtime } from './runtime.js';

const SIZES = [
  [224, 224],
  [180, 240],
  [301, 97],
  [131, 133],
  [256, 192],
] as const;
const TOLERANCE = 1e-4;
/** Narrow nets have all the kinds of nodes of the whole ones. */
const SMALL = { width: 0.25, hidden: 64, classes: 10, init: 'he' } as const;
const LEVELS = [1, 2, 3, 6];
const OWN = new Set(['squeezenet', 'alexnet', 'vgg', 'resnet', 'mobilenet']);

const names = process.argv.slice(2);

/** The largest difference, as a share of the largest score, over all sizes. */
async function difference(device: Device, name: string, pyramid: number[] | 'original', roiPool: boolean) {
  const network = new Network(buildArchitecture(name, { ...SMALL, pyramid }), {
    device,
    generator: new Generator(1),
  }).eval();
  const file = await encodeOnnx(network, { roiPool });
  const session = await runtime.InferenceSession.create(file, { logSeverityLevel: 3 });
  let worst = 0;
  for (const [height, width] of SIZES) {
    const images = randn(device, [2, network.architecture.input.channels, height, width], { seed: height });
    const scores = network.forward(images);
    const ours = (await scores.data()) as Float32Array;
    const feed = new runtime.Tensor('float32', (await images.data()) as Float32Array, images.shape);
    const theirs = (await session.run({ images: feed })).scores!.data;
    worst = Math.max(worst, largestDifference(ours, theirs));
    scores.dispose();
    images.dispose();
  }
  network.dispose();
  return worst;
}

const device = await createDevice({ adapter: process.env.SPPGPU_TEST_ADAPTER ?? 'auto' });
console.log(`${device.info.name}; largest difference from ONNX Runtime, as a share of the largest score`);
let failed = false;
for (const name of names.length > 0 ? names : ARCHITECTURE_NAMES) {
  const heads = [...OWN].some((own) => name.startsWith(own)) ? (['original', LEVELS] as const) : [LEVELS];
  for (const head of heads) {
    for (const roiPool of head === 'original' ? [true] : [true, false]) {
      const worst = await difference(device, name, head === 'original' ? head : [...head], roiPool);
      const label = head === 'original' ? 'own head' : roiPool ? 'MaxRoiPool' : 'slices';
      console.log(`${name.padEnd(14)} ${label.padEnd(11)} ${worst.toExponential(1)}`);
      if (!(worst <= TOLERANCE)) failed = true;
    }
  }
}
device.dispose();
if (failed) {
  console.error(`more than ${TOLERANCE}`);
  process.exitCode = 1;
}
