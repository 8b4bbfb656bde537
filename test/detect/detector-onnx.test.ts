/** A detector as two ONNX files, as they are written. What ONNX Runtime makes of them: bench/onnx/detector.ts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClassScorer } from '../../src/detect/class-scorer.js';
import { Detector } from '../../src/detect/detector.js';
import { detectorPlan } from '../../src/detect/detector-file.js';
import { DETECTOR_PROPERTY, detectorOnnx } from '../../src/detect/detector-onnx.js';
import { RegionNetwork } from '../../src/detect/features/region-network.js';
import { SppWindows } from '../../src/detect/features/spp-windows.js';
import { WarpedWindows } from '../../src/detect/features/warped-windows.js';
import type { WindowSource } from '../../src/detect/features/window-source.js';
import { encodeDetector } from '../../src/detect/open-detector.js';
import { MODEL } from '../../src/io/onnx/schema.js';
import { decodeMessage, encodedBytes } from '../../src/io/protobuf-message.js';
import { weightsFileOf } from '../../src/models/load-model.js';
import { Network } from '../../src/models/network.js';
import type { OnnxFile } from '../../src/models/onnx/onnx-model.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { testDevice } from '../setup/device.js';

const rng = new Rng(4);
const normals = (count: number) => Float32Array.from({ length: count }, () => rng.normal());
let network: Network;
let region: RegionNetwork;

beforeAll(async () => {
  const architecture = buildArchitecture('small', { inputChannels: 3, classes: 4, width: 0.5, hidden: 32 });
  network = new Network(architecture, { device: await testDevice(), generator: new Generator(5) }).eval();
  region = new RegionNetwork(network, 'fc4');
});
afterAll(() => network.dispose());

function detectorOf(source: WindowSource): Detector {
  const { dimension, pooledDimension } = region;
  const linear = (rows: number, width: number) => ({ weights: normals(rows * width), bias: normals(rows) });
  return new Detector(source, {
    classes: ['disc', 'bar', 'never'],
    svm: { classes: 3, dimension, ...linear(3, dimension) },
    trained: [true, true, false],
    thresholds: [0, 0, 0],
    featureScale: 0.5,
    regression: { classes: 3, dimension: pooledDimension, ...linear(12, pooledDimension) },
    proposals: { method: 'sliding', seed: 1 },
  });
}

async function exported(detector: Detector) {
  const { backbone, head } = await detectorOnnx(detectorPlan(await weightsFileOf(await encodeDetector(detector))));
  return { backbone: await decoded(backbone), head: await decoded(head) };
}

async function decoded({ file }: OnnxFile) {
  return decodeMessage(MODEL, await encodedBytes(file));
}

/** Runs a graph of products and ReLUs on one vector, in float64. */
function run({ graph }: Awaited<ReturnType<typeof decoded>>, inputs: Record<string, number[]>): Map<string, number[]> {
  const values = new Map(Object.entries(inputs));
  const stored = (name: string) => {
    const bytes = graph!.initializers.find((each) => each.name === name)!.rawData as Uint8Array;
    return new Float32Array(new Uint8Array(bytes).buffer);
  };
  for (const { opType, inputs: from, outputs } of graph!.nodes) {
    const x = values.get(from[0]!)!;
    if (opType === 'Relu')
      values.set(
        outputs[0]!,
        x.map((value) => Math.max(0, value)),
      );
    else {
      expect(opType).toBe('Gemm');
      const [weight, bias] = [stored(from[1]!), stored(from[2]!)];
      const row = (i: number) => weight.subarray(i * x.length, (i + 1) * x.length);
      values.set(
        outputs[0]!,
        [...bias].map((b, i) => x.reduce((sum, value, k) => sum + value * row(i)[k]!, b)),
      );
    }
  }
  return values;
}

test('the head gives scores and corrections of the detector; a class that was never trained scores minus infinity', async () => {
  const detector = detectorOf(new SppWindows(region, { scales: [48, 64] }));
  const { head } = await exported(detector);
  const pooled = normals(region.pooledDimension);
  const found = run(head, { pooled: [...pooled] });
  const device = network.parameters()[0]!.device;
  const vector = tensor(device, pooled, { shape: [1, pooled.length] });
  const scorer = new ClassScorer(device, detector.parts.svm, detector.parts.featureScale);
  const wanted = await scorer.score(region.head(vector)).data();
  for (const label of [0, 1]) expect(found.get('scores')![label]).toBeCloseTo(wanted[label]!, 4);
  expect(found.get('scores')![2]).toBe(Number.NEGATIVE_INFINITY);
  const { weights, bias } = detector.parts.regression!;
  const corrections = [...bias].map((b, i) =>
    pooled.reduce((sum, x, k) => sum + x * weights[i * pooled.length + k]!, b),
  );
  expect(found.get('corrections')).toHaveLength(12);
  for (const [i, value] of corrections.entries()) expect(found.get('corrections')![i]).toBeCloseTo(value, 4);
  expect(head.graph!.outputs.map(({ name }) => name)).toEqual(['scores', 'corrections']);
  scorer.dispose();
  detector.dispose();
});

test('the backbone ends with the maps, and both files say how windows lie on them', async () => {
  const detector = detectorOf(new SppWindows(region, { scales: [48, 64], projection: 'released' }));
  const { backbone, head } = await exported(detector);
  const { nodes, initializers, outputs } = backbone.graph!;
  expect(nodes.map(({ opType }) => opType)).toEqual(['Conv', 'Relu', 'Conv', 'Relu', 'Conv', 'Relu', 'Identity']);
  expect(nodes.at(-1)!.outputs).toEqual(outputs.map(({ name }) => name));
  expect(initializers.map(({ name }) => name)).not.toContain('classifier.fc4.weight');
  for (const { metadata } of [backbone, head]) {
    const about = Object.fromEntries(metadata.map(({ key, value }) => [key, JSON.parse(value!)]));
    expect(about['sppgpu.labels']).toEqual(['disc', 'bar', 'never']);
    expect(about['sppgpu.input']).toMatchObject({ channels: 3, minimum: 1 });
    expect(about[DETECTOR_PROPERTY]).toEqual({
      ...{ scales: [48, 64], scaleRule: 'paper', projection: 'released' },
      ...{ stride: 2, receptiveField: 13, centre: 0, levels: [1, 2, 4], layer: 'fc4' },
    });
  }
  detector.dispose();
});

test('R-CNN has no maps', async () => {
  const detector = detectorOf(new WarpedWindows(region, { context: 4 }));
  await expect(exported(detector)).rejects.toThrow(/looks at each window by itself \(warped\)/);
  detector.dispose();
});
