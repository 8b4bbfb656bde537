/**
 * What the three reports are made of: plain data, no tensors and no functions.
 * Accuracies, probabilities and shares lie in [0, 1]; a number that is not known may be NaN or left out, and is shown as a dash.
 */

import type { Picture } from '../picture/picture.js';
import type { Metric } from './metric.js';

/** One channel of a feature map: `height * width` values, row by row. */
export interface FeatureMap {
  width: number;
  height: number;
  values: ArrayLike<number>;
}

/** How a report's numbers were made; everything a reader needs to make them again. */
export interface RunDetails {
  command: string;
  seed?: number;
  /** The split in words, e.g. "8,000 for training, 2,000 held out (the last 200 of every digit)". */
  split?: string;
  adapter?: string;
  /** True where the adapter is a program on the processor and no graphics card. */
  software?: boolean;
  seconds?: number;
  /** Names and versions, e.g. `{ sppgpu: '0.1.0', node: '20.20.2' }`. */
  versions?: Record<string, string>;
  /** Further rows, e.g. `{ checkpoint: 'runs/demo.safetensors' }`. */
  more?: Record<string, string | number>;
}

/** Right answers out of `total` in one bucket (of sizes, of aspect ratios, of a class). */
export interface Bucket {
  label: string;
  correct: number;
  total: number;
}

/** One epoch of the demo. Loss and accuracy are means over the epoch's training images unless `heldOutAccuracy` says otherwise. */
export interface DemoEpoch {
  epoch: number;
  /** Longest side of the training images of this epoch, in pixels. */
  size?: number;
  loss: number;
  accuracy: number;
  heldOutAccuracy?: number;
}

/** One of the two nets of the demo. */
export interface DemoNet {
  name: string;
  correct: number;
  total: number;
  parameters?: number;
  seconds?: number;
  epochs: DemoEpoch[];
  /** The same buckets in the same order for both nets. */
  bySize: Bucket[];
  byAspect: Bucket[];
  /** `confusion[true class][predicted class]` counts. */
  confusion: number[][];
}

/** Two nets on the same images: how many only one of them named rightly. */
export interface Lead {
  label: string;
  onlySpp: number;
  onlyFixed: number;
  total: number;
}

/** The leads in all, and in the same buckets as those of the nets. */
export interface Leads {
  all: Lead;
  bySize: Lead[];
  byAspect: Lead[];
}

/** A picture with the class a net chose for it. */
export interface Sample {
  image: Picture;
  label: string;
  prediction: string;
  probability: number;
}

/** A real picture, one channel of the net's last map for it, and the pyramid that pools it. */
export interface PyramidExample {
  image: Picture;
  map: FeatureMap;
  /** Which channel of how many is shown. */
  channel?: number;
  caption?: string;
}

/** Everything the demo's report shows. */
export interface DemoReport {
  title?: string;
  /** The net with the pyramid, and the same net with its last pool fixed. */
  spp: DemoNet;
  fixed: DemoNet;
  leads?: Leads;
  classes: string[];
  /** Bins a side of every level, in the order of the vector, e.g. `[1, 2, 3, 6]`. */
  levels: number[];
  /** Channels of the last map. */
  channels: number;
  /** What the test images are, e.g. "2,000 digits, each at its own size". */
  testImages?: string;
  samples: Sample[];
  mistakes?: Sample[];
  pyramids: PyramidExample[];
  run: RunDetails;
}

/** One epoch of `train`. The waiting shares are parts of the epoch's wall time. */
export interface TrainEpoch {
  epoch: number;
  size?: number;
  loss: number;
  learningRate: number;
  imagesPerSecond?: number;
  /** Share of the time in which training waited for pictures. */
  deviceWaitShare?: number;
  /** Share of the time in which the decoders had nothing to do. */
  loaderWaitShare?: number;
  /** Metrics by name, and those of held-out pictures by `validationName`. */
  [metric: string]: number | undefined;
}

/** A picture with a net's best classes, best first. `label` may be unknown; `labels` instead where it may have several. */
export interface RankedSample {
  image: Picture;
  name?: string;
  label?: string;
  labels?: string[];
  top: { label: string; probability: number }[];
}

/** Everything the report of `train` shows. */
export interface TrainReport {
  title?: string;
  model: string;
  dataset?: string;
  epochs: TrainEpoch[];
  /** The loss first; of the others, the first that was measured is the one that tells the run's success. */
  metrics: readonly Metric[];
  configuration: Record<string, string | number | boolean>;
  samples?: RankedSample[];
  run: RunDetails;
}

/** One way of looking at every test image, e.g. 10 views: `{ views: 10, name: 'corners, centre, flips' }`. */
export interface ViewsResult {
  views: number;
  name: string;
  /** Values of the report's metrics by their names. */
  scores: Readonly<Record<string, number>>;
  images: number;
  seconds?: number;
}

/** Everything the report of `eval` shows. */
export interface EvalReport {
  title?: string;
  model: string;
  dataset?: string;
  classes: string[];
  /** In order; the first tells which views are best. */
  metrics: readonly Metric[];
  views: ViewsResult[];
  /** `confusion[true class][predicted class]` counts of the views that `confusionOf` names. */
  confusion: number[][];
  confusionOf?: string;
  samples?: RankedSample[];
  run: RunDetails;
}

/** Everything the report of `eval` shows where pictures have several classes each. */
export interface LabelReport {
  title?: string;
  model: string;
  dataset?: string;
  classes: string[];
  /** In order; the first tells which views are best. */
  metrics: readonly Metric[];
  views: ViewsResult[];
  /** Average precisions of the views that `perClassOf` names; NaN for a class without a positive. */
  perClass: { label: string; ap: number; apAllPoints: number; positives: number }[];
  perClassOf?: string;
  samples?: RankedSample[];
  run: RunDetails;
}
