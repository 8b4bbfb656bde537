/** Believable data for the three reports, the same on every run. */
import { fromGrey, type Picture } from '../../src/picture/picture.js';
import type {
  Bucket,
  DemoEpoch,
  DemoNet,
  DemoReport,
  EvalReport,
  FeatureMap,
  RankedSample,
  RunDetails,
  Sample,
  TrainReport,
} from '../../src/report/types.js';
import { METRICS } from '../../src/train/metrics.js';

/** A small generator of numbers in [0, 1) (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draws a digit of a class at a size; tests use rings, a picture show may use real digits. */
export type DrawDigit = (digit: number, width: number, height: number, index: number) => Picture;

const ringDigit: DrawDigit = (digit, width, height) => {
  const grey = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) / width - 0.5, Math.floor(i / width) / height - 0.5];
    return Math.max(0, 255 - 900 * Math.abs(Math.hypot(x, y) - 0.2 - digit / 60));
  });
  return fromGrey(grey, width, height);
};

/** Edges of a picture at half its size: what a first convolution might see. */
function edgeMap(image: Picture): FeatureMap {
  const [width, height] = [Math.max(1, Math.ceil(image.width / 3)), Math.max(1, Math.ceil(image.height / 3))];
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < image.width && y < image.height ? (image.data[3 * (y * image.width + x)] ?? 0) / 255 : 0;
  const values = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [3 * (i % width) + 1, 3 * Math.floor(i / width) + 1];
    let response = 0;
    for (let d = -2; d <= 2; d++)
      response += at(x + d, y + 1) + at(x + d, y) - 0.8 * at(x + d, y + 3) - 0.3 * at(x + d, y - 2);
    return Math.max(0, response);
  });
  return { width, height, values };
}

const run: RunDetails = {
  command: 'npm run demo -- --seed 7',
  seed: 7,
  split: '8,000 for training, 2,000 held out (the last 200 of every digit)',
  adapter: 'SwiftShader Device (Subzero)',
  software: true,
  seconds: 251.4,
  versions: { sppgpu: '0.1.0', webgpu: '0.6.2', node: '20.20.2', mnist: '1.1.0' },
  more: { Checkpoint: 'runs/demo/spp.safetensors' },
};

function demoEpochs(count: number, sizes: number[], floor: number, random: () => number): DemoEpoch[] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    size: sizes[i % sizes.length],
    loss: 1.1 * 0.6 ** i + floor + 0.02 * random(),
    accuracy: 1 - 0.3 * 0.6 ** i - floor / 2,
    heldOutAccuracy: 1 - 0.22 * 0.62 ** i - floor * 0.7 - 0.004 * random(),
  }));
}

function buckets(labels: string[], totals: number[], accuracies: number[]): Bucket[] {
  return labels.map((label, i) => ({ label, total: totals[i]!, correct: Math.round(totals[i]! * accuracies[i]!) }));
}

function confusion(classes: number, images: number, accuracy: number, random: () => number): number[][] {
  return Array.from({ length: classes }, (_, truth) => {
    const row = new Array<number>(classes).fill(0);
    const own = Math.min(1, Math.max(0.05, accuracy + 0.35 * (random() - 0.5) * (1 - accuracy) * 4));
    for (let i = 0; i < images; i++) {
      const near = Math.floor(classes * random() ** 2);
      row[random() < own ? truth : (truth + 1 + (near % (classes - 1))) % classes]! += 1;
    }
    return row;
  });
}

/** A demo report of ten digits. */
export function sampleDemo(draw: DrawDigit = ringDigit): DemoReport {
  const random = generator(11);
  const side = () => 14 + Math.floor(34 * random());
  const digit = (i: number, wrong: boolean): Sample => {
    const label = i % 10;
    return {
      image: draw(label, side(), side(), i),
      label: String(label),
      prediction: String(wrong ? (label + 3) % 10 : label),
      probability: wrong ? 0.35 + 0.4 * random() : 0.86 + 0.1399 * random(),
    };
  };
  const sizes = ['up to 16', '17 to 24', '25 to 32', '33 to 40', '41 to 48', 'over 48'];
  const shapes = ['under 0.5 (tall)', '0.5 to 0.8', '0.8 to 1.25 (square)', '1.25 to 2', 'over 2 (wide)'];
  const net = (
    name: string,
    correct: number,
    trained: number[],
    floor: number,
    size: number[],
    shape: number[],
  ): DemoNet => ({
    name,
    correct,
    total: 2000,
    parameters: name === 'SPP-net' ? 127_306 : 141_642,
    seconds: name === 'SPP-net' ? 118 : 97,
    epochs: demoEpochs(8, trained, floor, random),
    bySize: buckets(sizes, [212, 408, 512, 455, 301, 112], size),
    byAspect: buckets(shapes, [241, 447, 690, 402, 220], shape),
    confusion: confusion(10, 200, correct / 2000, random),
  });
  const pyramid = (label: number, width: number, height: number, caption: string) => {
    const image = draw(label, width, height, label + 30);
    return { image, map: edgeMap(image), channel: 12, caption };
  };
  return {
    spp: net(
      'SPP-net',
      1967,
      [28, 36],
      0.03,
      [0.953, 0.978, 0.988, 0.991, 0.987, 0.982],
      [0.967, 0.985, 0.99, 0.985, 0.973],
    ),
    fixed: net(
      'Fixed-size net',
      1893,
      [28],
      0.06,
      [0.915, 0.949, 0.968, 0.957, 0.94, 0.902],
      [0.871, 0.953, 0.982, 0.957, 0.886],
    ),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    levels: [1, 2, 3, 6],
    channels: 64,
    testImages: '2,000 handwritten digits, each at its own size and shape, that neither had seen',
    samples: Array.from({ length: 36 }, (_, i) => digit(i, i % 17 === 9)),
    mistakes: Array.from({ length: 12 }, (_, i) => digit(i, true)),
    pyramids: [pyramid(3, 39, 27, 'A wide digit'), pyramid(5, 24, 45, 'A tall digit')],
    run,
  };
}

function photo(random: () => number): Picture {
  const [width, height] = [160 + Math.floor(160 * random()), 120 + Math.floor(160 * random())];
  const phases = Array.from({ length: 6 }, () => 6 * random());
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
    for (let c = 0; c < 3; c++)
      data[3 * i + c] = 128 + 70 * Math.sin(3 * x + phases[c]!) + 50 * Math.cos(4 * y + phases[c + 3]!) + 12 * random();
  }
  return { width, height, data };
}

function ranked(classes: readonly string[], many: number, random: () => number): RankedSample[] {
  return Array.from({ length: many }, (_, i) => {
    const label = classes[(i * 7) % classes.length]!;
    const wrong = i % 4 === 2;
    const first = wrong ? 0.3 + 0.2 * random() : 0.5 + 0.45 * random();
    const others = classes.filter((name) => name !== label);
    const rest = Array.from({ length: Math.min(4, others.length) }, (_, k) => others[(i + k) % others.length]!);
    const names = wrong ? [rest[0]!, label, ...rest.slice(1)] : [label, ...rest];
    return {
      image: photo(random),
      name: `image_${String(i + 1).padStart(4, '0')}.jpg`,
      label,
      top: names.map((name, k) => ({ label: name, probability: k === 0 ? first : ((1 - first) * 0.5 ** k) / 1.1 })),
    };
  });
}

const ANIMALS = [
  'accordion',
  'airplane',
  'anchor',
  'ant',
  'barrel',
  'bass',
  'beaver',
  'binocular',
  'bonsai',
  'brain',
  'brontosaurus',
  'buddha',
  'butterfly',
  'camera',
  'cannon',
  'car_side',
  'ceiling_fan',
  'cellphone',
  'chair',
  'chandelier',
];

/** Class names for any number of classes. */
export function classNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    i < ANIMALS.length ? ANIMALS[i]! : `${ANIMALS[i % ANIMALS.length]}_${Math.floor(i / ANIMALS.length) + 1}`,
  );
}

/** A training run of `many` epochs. */
export function sampleTrain(many = 40): TrainReport {
  const random = generator(5);
  return {
    model: 'ZF-5 (width 0.25) with SPP {1, 2, 3, 6}',
    dataset: 'Caltech-20, 600 training images',
    epochs: Array.from({ length: many }, (_, i) => {
      const drop = i >= 30 ? 0.5 : 1;
      const loss = (3 * Math.exp(-i / 9) + 0.25) * drop + 0.06 * random();
      return {
        epoch: i + 1,
        size: i % 2 === 0 ? 180 : 224,
        loss,
        top1: Math.max(0.05, 1 - loss / 3.4),
        top5: Math.min(1, 1 - loss / 9),
        validationLoss: loss * 0.9 + 0.55 + 0.08 * random(),
        validationTop1: Math.max(0.05, 0.86 - loss / 4.2 + 0.02 * random()),
        validationTop5: Math.min(0.99, 0.985 - loss / 10),
        learningRate: i < 20 ? 0.01 : i < 30 ? 0.001 : 0.0001,
        imagesPerSecond: (i % 2 === 0 ? 41 : 27) + 3 * random(),
        deviceWaitShare: 0.02 + 0.03 * random(),
        loaderWaitShare: 0.55 + 0.1 * random(),
      };
    }),
    metrics: METRICS,
    configuration: {
      model: 'zf5',
      width: 0.25,
      levels: '1,2,3,6',
      sizes: '180,224',
      batch: 32,
      epochs: many,
      'learning rate': 0.01,
      momentum: 0.9,
      'weight decay': 0.0005,
      dropout: 0.5,
      flip: true,
      'colour shift': true,
    },
    samples: ranked(classNames(20), 12, random),
    run: {
      ...run,
      command: 'sppgpu train --data caltech-20 --model zf5 --width 0.25 --sizes 180,224 --epochs 40',
      seconds: 5820,
      split: '30 images per class for training, up to 50 for validation',
    },
  };
}

/** An evaluation over `many` classes. */
export function sampleEval(many = 102): EvalReport {
  const random = generator(23);
  const images = many * 24;
  return {
    model: 'ZF-5 (width 0.25) with SPP {1, 2, 3, 6}',
    dataset: `Caltech-${many}`,
    classes: classNames(many),
    metrics: METRICS.filter(({ name }) => name === 'top1' || name === 'top5'),
    views: [
      { views: 1, name: 'centre crop at 224', scores: { top1: 0.7312, top5: 0.9021 }, images, seconds: 42.1 },
      { views: 10, name: 'corners and centre, mirrored', scores: { top1: 0.7544, top5: 0.9168 }, images, seconds: 391 },
      {
        views: 96,
        name: 'six scales on the feature maps',
        scores: { top1: 0.7731, top5: 0.9283 },
        images,
        seconds: 512,
      },
      {
        views: 98,
        name: 'six scales and two full views',
        scores: { top1: 0.7752, top5: 0.9291 },
        images,
        seconds: 530,
      },
    ],
    confusion: confusion(many, 24, 0.775, random),
    confusionOf: 'the 98-view evaluation',
    samples: ranked(classNames(many), 12, random),
    run: {
      ...run,
      command: 'sppgpu eval --weights runs/zf5.safetensors --data caltech-101 --views 1,10,96,98',
      seed: undefined,
      split: 'the held-out images of split 1',
      seconds: 1475,
    },
  };
}
