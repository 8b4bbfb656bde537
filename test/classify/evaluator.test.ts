import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noGrad } from '../../src/autograd/mode.js';
import { canPoolWindows } from '../../src/classify/can-pool-windows.js';
import { evaluate } from '../../src/classify/evaluate.js';
import { classifyViews } from '../../src/classify/evaluator.js';
import { extractFeatures } from '../../src/classify/features.js';
import { predictions, topKAccuracy } from '../../src/classify/metrics.js';
import { softmaxRows } from '../../src/classify/scores.js';
import { modelProtocol, planViews, type ViewProtocol } from '../../src/classify/views.js';
import { fullView, trainView } from '../../src/data/augment.js';
import { datasetOf } from '../../src/data/dataset.js';
import { ImageLoader } from '../../src/data/loader.js';
import { featureLayerNames } from '../../src/models/feature-layers.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { preparePictures } from '../../src/ops/prepare-pictures.js';
import { paperGroups } from '../../src/optim/optimizer.js';
import { ConstantLR } from '../../src/optim/schedules.js';
import { SGD } from '../../src/optim/sgd.js';
import type { Picture } from '../../src/picture/picture.js';
import type { Device } from '../../src/runtime/device.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import { Trainer } from '../../src/train/trainer.js';
import { openTestDevice, testDevice } from '../setup/device.js';

const CLASSES = 3;
const architecture = buildArchitecture('small', {
  classes: CLASSES,
  inputChannels: 3,
  width: 0.5,
  hidden: 128,
  dropout: 0.2,
});

/** Stripes: across, down or aslant, of a random width, phase and colour. */
function striped(label: number, index: number): Picture {
  const rng = new Rng(5, [label, index, 0]);
  const [width, height] = [30 + rng.int(30), 30 + rng.int(30)];
  const period = rng.uniform(5, 9);
  const phase = rng.uniform(0, period);
  const colour = [rng.uniform(60, 127), rng.uniform(60, 127), rng.uniform(60, 127)];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const along = [y, x, (x + y) / Math.SQRT2][label]!;
    return 128 + colour[i % 3]! * Math.sin((2 * Math.PI * (along + phase)) / period) + rng.uniform(-20, 20);
  });
  return { width, height, data };
}

function stripes(from: number, count: number) {
  const entries = Array.from({ length: count }, (_, i) => ({ id: String(from + i), label: i % CLASSES }));
  return datasetOf('stripes', ['across', 'down', 'aslant'], entries, (i) => striped(i % CLASSES, from + i));
}

let device: Device;
let network: Network;

beforeAll(async () => {
  device = await testDevice();
  const generator = new Generator(3);
  network = new Network(architecture, { device, generator });
  const optimizer = new SGD(paperGroups(network.stateDict()), { lr: 0.01, momentum: 0.9, weightDecay: 5e-4 });
  const trainer = new Trainer({
    network,
    optimizer,
    generator,
    schedule: new ConstantLR(optimizer),
    loader: new ImageLoader(stripes(0, 96), { batchSize: 16, seed: 1 }),
    sizes: { kind: 'single', size: 28 },
    seed: 1,
    prepare: (items, size) =>
      preparePictures(
        device,
        items.map(({ image }) => image),
        items.map(({ rng, image }) =>
          trainView(rng, image.width, image.height, { shorterSide: 32, crop: 28, outSize: size }),
        ),
        architecture.input,
      ),
  });
  await trainer.run(10);
  optimizer.dispose();
});

afterAll(() => network.dispose());

const images = Array.from({ length: 150 }, (_, i) => striped(i % CLASSES, 1000 + i));
const labels = images.map((_, i) => i % CLASSES);
const ten: ViewProtocol = { viewSize: 28, scales: [36], positions: 'corners', fullScale: null, flip: true };

describe('views on feature maps', () => {
  it('agree with views cut from the pictures: top-1 within 5 points, and nearly always the same answer', async () => {
    const maps = await classifyViews(network, images, ten, { mode: 'maps' });
    const crops = await classifyViews(network, images, ten, { mode: 'crops' });
    expect(maps.views).toEqual(crops.views);
    const accuracies = [maps, crops].map(({ scores }) => topKAccuracy(scores, labels, CLASSES, 1));
    expect(Math.min(...accuracies)).toBeGreaterThan(0.9);
    expect(Math.abs(accuracies[0]! - accuracies[1]!)).toBeLessThanOrEqual(0.05);
    const [one, other] = [maps, crops].map(({ scores }) => predictions(scores, CLASSES));
    expect(one!.filter((label, i) => label === other![i]).length).toBeGreaterThanOrEqual(0.95 * images.length);
  });

  it('of the whole picture are the network’s own answer to it', async () => {
    const protocol: ViewProtocol = { viewSize: 28, scales: [], positions: 'centre', fullScale: 40, flip: false };
    const { scores, views } = await classifyViews(network, images.slice(0, 4), protocol);
    expect([...views]).toEqual([1, 1, 1, 1]);
    network.eval();
    for (const [i, image] of images.slice(0, 4).entries()) {
      const logits = noGrad(() =>
        scope(() =>
          network.forward(
            preparePictures(device, [image], [fullView(image.width, image.height, 40)], architecture.input),
          ),
        ),
      );
      const expected = softmaxRows(await logits.data(), CLASSES);
      logits.dispose();
      for (let c = 0; c < CLASSES; c++) expect(scores[i * CLASSES + c]).toBeCloseTo(expected[c]!, 5);
    }
  });

  it('do not depend on what else is in the batch, nor on its size', async () => {
    const together = await classifyViews(network, images.slice(0, 6), ten);
    const small = await classifyViews(network, images.slice(0, 6), ten, { maxPixels: 1 });
    const alone = await classifyViews(network, images.slice(4, 5), ten);
    for (let i = 0; i < together.scores.length; i++) expect(small.scores[i]).toBeCloseTo(together.scores[i]!, 5);
    for (let c = 0; c < CLASSES; c++) expect(alone.scores[c]).toBeCloseTo(together.scores[4 * CLASSES + c]!, 5);
  });

  it('stops at the next batch when its signal aborts', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const work = classifyViews(network, images.slice(0, 6), ten, { maxPixels: 1, signal: controller.signal });
    setTimeout(() => controller.abort(reason));
    await expect(work).rejects.toBe(reason);
  });

  it('average as many views as the plan has, and leave the training mode and no tensor behind', async () => {
    network.train();
    const before = liveTensorCount(device);
    const protocol = modelProtocol('98', architecture.input);
    const { views, scores } = await classifyViews(network, images.slice(0, 3), protocol);
    for (const [i, { width, height }] of images.slice(0, 3).entries()) {
      const planned = planViews(protocol, width, height).reduce((sum, pass) => sum + pass.windows.length, 0);
      expect(views[i]).toBe(planned);
      const row = scores.subarray(i * CLASSES, (i + 1) * CLASSES);
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
    expect(network.training).toBe(true);
    expect(liveTensorCount(device)).toBe(before);
  });

  it('need a pyramid head', async () => {
    const plain = new Network(buildArchitecture('small', { pyramid: 'none', inputChannels: 3 }), {
      device,
      generator: new Generator(1),
    });
    await expect(classifyViews(plain, images.slice(0, 1), ten, { mode: 'maps' })).rejects.toThrow(
      'need a pyramid head',
    );
    const { views } = await classifyViews(plain, images.slice(0, 1), ten);
    expect(views[0]).toBe(10);
    expect([plain, network].map(canPoolWindows)).toEqual([false, true]);
    plain.dispose();
  });
});

describe('evaluate', () => {
  it('reports accuracy, loss and views of a whole loader', async () => {
    const loader = new ImageLoader(stripes(1000, 30), { batchSize: 8, seed: 0, shuffle: false });
    const result = await evaluate(network, loader, { ...ten, positions: 'centre', flip: false });
    expect(result.images).toBe(30);
    expect(result.viewsPerImage).toBe(1);
    expect(result.top1).toBeGreaterThan(0.85);
    expect(result.loss).toBeLessThan(0.6);
    expect(result.ids[3]).toBe('1003');
  });

  it('leaves out a picture that takes more memory than a binding has, and says so; the others have their scores', async () => {
    const little = await openTestDevice({ maxBindingBytes: 128 * 1024 });
    const own = new Network(architecture, { device: little, generator: new Generator(1) });
    const narrow: Picture = { width: 1200, height: 8, data: new Uint8Array(1200 * 8 * 3) };
    const entries = Array.from({ length: 6 }, (_, i) => ({ id: `picture ${i}`, label: i % CLASSES }));
    const dataset = datasetOf('six', ['a', 'b', 'c'], entries, (i) => (i === 3 ? narrow : images[i]!));
    const loader = new ImageLoader(dataset, { batchSize: 4, seed: 0, shuffle: false, maxUnreadable: 0.5 });
    const whole: ViewProtocol = { viewSize: 28, scales: [], positions: 'centre', fullScale: 40, flip: false };
    const found = await evaluate(own, loader, whole);
    expect(found.ids).toEqual(['picture 0', 'picture 1', 'picture 2', 'picture 4', 'picture 5']);
    expect([...loader.unreadable.keys()]).toEqual(['picture 3']);
    expect(loader.unreadable.get('picture 3')).toMatch(/bytes/);
    const { scores } = await classifyViews(own, [images[4]!], whole);
    for (let c = 0; c < CLASSES; c++) expect(found.scores[3 * CLASSES + c]).toBeCloseTo(scores[c]!, 5);
    const strict = new ImageLoader(dataset, { batchSize: 4, seed: 0, shuffle: false });
    await expect(evaluate(own, strict, whole)).rejects.toThrow(/1 of 6 pictures are unreadable .*picture 3/);
    own.dispose();
    little.dispose();
  });

  it('refuses labels that the network does not have', async () => {
    const dataset = datasetOf('odd', ['a'], [{ id: 'x', label: 3 }], () => images[0]!);
    const loader = new ImageLoader(dataset, { batchSize: 1, seed: 0 });
    await expect(evaluate(network, loader, ten)).rejects.toThrow('x: label 3 is not a class of the model (0 to 2)');
  });
});

describe('features', () => {
  it('come from every layer, one pass for all, each of unit length', async () => {
    const layers = featureLayerNames(architecture);
    expect(layers).toEqual(['conv1', 'conv2', 'conv3', 'pool3', 'spp', 'fc4']);
    const all = await extractFeatures(network, images.slice(0, 5), { layers, scale: 28, mode: 'warp' });
    expect(all.map(({ dimension }) => dimension)).toEqual([8 * 196, 8 * 196, 16 * 196, 16 * 16, 16 * 21, 64]);
    for (const [i, { data, dimension }] of all.entries()) {
      const row = data.subarray(dimension, 2 * dimension);
      expect(
        row.reduce((sum, value) => sum + value * value, 0),
        layers[i],
      ).toBeCloseTo(1, 4);
      const single = await extractFeatures(network, images.slice(1, 2), {
        layers: [layers[i]!],
        scale: 28,
        mode: 'warp',
      });
      for (let k = 0; k < dimension; k += 7) expect(single[0]!.data[k]).toBeCloseTo(row[k]!, 5);
    }
  });

  it('of whole pictures have one length behind a pyramid, and none before it', async () => {
    const options = { scale: 30, mode: 'full' as const, normalise: false };
    const [spp] = await extractFeatures(network, images.slice(0, 5), { ...options, layers: ['spp'] });
    expect([spp!.count, spp!.dimension]).toEqual([5, 16 * 21]);
    await expect(extractFeatures(network, images.slice(0, 5), { ...options, layers: ['conv3'] })).rejects.toThrow(
      "because its map follows the picture's size; use --mode crop or warp",
    );
  });
});
