/**
 * A detector's two ONNX files in ONNX Runtime, against itself: `node bench/run.mjs bench/onnx/detector.ts FILE`, after
 * `npm ci --prefix bench/onnx`, with a file that `sppgpu detect train` wrote. Maps of pictures of four sizes, scores and corrections of
 * random vectors. Ends with 1 where an answer differs by more than 1e-4 of the largest.
 */
import { BoxRegressor } from '../../src/detect/box-regression.js';
import { ClassScorer } from '../../src/detect/class-scorer.js';
import { detectorOf, detectorPlan } from '../../src/detect/detector-file.js';
import { detectorOnnx } from '../../src/detect/detector-onnx.js';
import { encodedBytes } from '../../src/io/protobuf-message.js';
import type { OnnxFile } from '../../src/models/onnx/onnx-model.js';
import { openWeightsFile } from '../../src/models/weights-file.node.js';
import { createDevice } from '../../src/runtime/create-device.node.js';
import { randn } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { largestDifference, runtime } from './runtime.js';

const SIZES = [
  [224, 224],
  [180, 240],
  [301, 97],
  [131, 133],
] as const;
const VECTORS = 50;
const TOLERANCE = 1e-4;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('give the file of a detector');
const device = await createDevice({ adapter: process.env.SPPGPU_TEST_ADAPTER ?? 'auto' });
await using file = await openWeightsFile(path);
const detector = await detectorOf(file, device);
const { network } = detector.source;
const { backbone, head } = await detectorOnnx(detectorPlan(file));

async function session({ file }: OnnxFile) {
  return runtime.InferenceSession.create(await encodedBytes(file), { logSeverityLevel: 3 });
}
const values = async (tensor: Tensor) => (await tensor.data()) as Float32Array;
const feed = async (tensor: Tensor) => new runtime.Tensor('float32', await values(tensor), tensor.shape);

let failed = false;
function report(what: string, ours: Float32Array, theirs: Float32Array): void {
  const worst = largestDifference(ours, theirs);
  console.log(`${what.padEnd(20)} ${worst.toExponential(1)}`);
  if (!(worst <= TOLERANCE)) failed = true;
}

console.log(`${device.info.name}; largest difference from ONNX Runtime, as a share of the largest value`);
const sees = await session(backbone);
for (const [height, width] of SIZES) {
  const images = randn(device, [1, network.architecture.input.channels, height, width], { seed: height });
  const { maps } = await sees.run({ images: await feed(images) });
  report(`maps of ${height}x${width}`, await values(network.network.features.forward(images)), maps!.data);
}
const pooled = randn(device, [VECTORS, network.pooledDimension], { seed: 1 });
const answers = await (await session(head)).run({ pooled: await feed(pooled) });
const { svm, featureScale, regression, trained } = detector.parts;
const scores = await values(new ClassScorer(device, svm, featureScale).score(network.head(pooled)));
// A class that was never trained has minus infinity there.
const judged = (all: Float32Array) => all.filter((_, i) => trained[i % trained.length]);
report('scores', judged(scores), judged(answers.scores!.data));
if (regression) {
  report(
    'corrections',
    await values(new BoxRegressor(device, regression).corrections(pooled)),
    answers.corrections!.data,
  );
}
detector.dispose();
device.dispose();
process.exitCode = failed ? 1 : 0;
