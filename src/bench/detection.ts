import type { Boxes } from '../detect/boxes.js';
import { boxCount, takeBoxes } from '../detect/boxes.js';
import { Detector, type DetectorParts } from '../detect/detector.js';
import type { RegionNetwork } from '../detect/features/region-network.js';
import { paperScales, SppWindows } from '../detect/features/spp-windows.js';
import { STAGES, type StageSeconds } from '../detect/features/stages.js';
import { WarpedWindows } from '../detect/features/warped-windows.js';
import type { WindowSource } from '../detect/features/window-source.js';
import type { Picture } from '../picture/picture.js';
import { MemoryError } from '../runtime/errors.js';
import { Rng } from '../tensor/rng.js';

/** Seconds per picture of each stage, and of all but the proposals together, as the paper counts. */
export type MethodSeconds = StageSeconds & { readonly total: number };

/** Times of SPP-net at one and at five scales and of R-CNN, on the same pictures and windows. */
export interface DetectionTimes {
  readonly spp1: MethodSeconds;
  readonly spp5: MethodSeconds;
  readonly rcnn: MethodSeconds;
  /** R-CNN's seconds over those of SPP-net. */
  readonly ratios: { readonly conv1: number; readonly conv5: number; readonly total1: number; readonly total5: number };
  /** Windows per picture, in the mean, and of how many of them R-CNN was timed. */
  readonly windows: number;
  readonly rcnnWindows: number;
  /** Whether R-CNN's seconds were extrapolated from fewer windows. */
  readonly extrapolated: boolean;
  readonly images: number;
}

export interface DetectionBenchOptions {
  readonly pictures: readonly Picture[];
  readonly propose: (picture: Picture) => Promise<Boxes> | Boxes;
  readonly classes: number;
  /** Windows of a picture at most. */
  readonly windows: number;
  /** Windows that R-CNN is timed on at most; its time goes with their number. */
  readonly rcnnWindows: number;
  readonly onPicture?: (what: string) => void;
  /** Told once where five scales do not fit the device; their seconds are NaN then. */
  readonly onProblem?: (what: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Times a detector of this network, whatever its weights: classifiers are random. Each method sees each picture once, after a
 * first picture that does not count (shaders are compiled then). The device is waited for behind every stage.
 */
export async function timeDetection(network: RegionNetwork, options: DetectionBenchOptions): Promise<DetectionTimes> {
  const { pictures, propose, classes, onPicture, onProblem, signal } = options;
  const { size } = network.architecture.input;
  const parts = randomParts(classes, network.dimension);
  const detector = (source: WindowSource) => new Detector(source, parts);
  const [spp1, spp5, rcnn] = [
    detector(new SppWindows(network, { scales: paperScales(size, 'one') })),
    detector(new SppWindows(network, { scales: paperScales(size, 'five') })),
    detector(new WarpedWindows(network)),
  ];
  const sums = { spp1: noSeconds(), spp5: noSeconds(), rcnn: noSeconds() };
  let [windows, timed] = [0, 0];
  try {
    for (const [index, picture] of [pictures[0]!, ...pictures].entries()) {
      signal?.throwIfAborted();
      const start = performance.now();
      const boxes = first(await propose(picture), options.windows);
      const proposals = (performance.now() - start) / 1000;
      const few = first(boxes, options.rcnnWindows);
      const share = boxCount(boxes) / boxCount(few);
      const own: Record<keyof typeof sums, StageSeconds> = { spp1: noSeconds(), spp5: noSeconds(), rcnn: noSeconds() };
      onPicture?.('SPP-net, one scale');
      own.spp1 = (await spp1.detect(picture, boxes)).seconds;
      onPicture?.('SPP-net, five scales');
      own.spp5 = await spp5.detect(picture, boxes).then(
        ({ seconds }) => seconds,
        (error: unknown) => {
          // Maps of the largest scale need not fit a device; what was measured at one scale stands all the same.
          if (!(error instanceof MemoryError)) throw error;
          if (index === 0) onProblem?.(`five scales are left out: ${error.message}`);
          return unknownSeconds();
        },
      );
      onPicture?.('R-CNN');
      const seconds = (await rcnn.detect(picture, index === 0 ? first(boxes, 1) : few)).seconds;
      const more = {
        conv: share * seconds.conv,
        pool: share * seconds.pool,
        fc: share * seconds.fc,
        svm: share * seconds.svm,
      };
      // Suppression does not go with the number of windows; that of the same windows, scored by the other method, stands for it.
      own.rcnn = { ...seconds, ...more, nms: share === 1 ? seconds.nms : own.spp1.nms };
      if (index === 0) continue;
      windows += boxCount(boxes);
      timed += boxCount(few);
      for (const method of ['spp1', 'spp5', 'rcnn'] as const) {
        for (const stage of STAGES) sums[method][stage] += stage === 'proposals' ? proposals : own[method][stage];
      }
    }
  } finally {
    for (const one of [spp1, spp5, rcnn]) one.dispose();
  }
  const count = pictures.length;
  const mean = (method: keyof typeof sums): MethodSeconds => {
    const seconds = noSeconds();
    for (const stage of STAGES) seconds[stage] = sums[method][stage] / count;
    const { proposals, ...rest } = seconds;
    return { ...seconds, total: Object.values(rest).reduce((sum, value) => sum + value, 0) };
  };
  const means = { spp1: mean('spp1'), spp5: mean('spp5'), rcnn: mean('rcnn') };
  return {
    ...means,
    ratios: {
      conv1: means.rcnn.conv / means.spp1.conv,
      conv5: means.rcnn.conv / means.spp5.conv,
      total1: means.rcnn.total / means.spp1.total,
      total5: means.rcnn.total / means.spp5.total,
    },
    ...{ windows: windows / count, rcnnWindows: timed / count, extrapolated: timed < windows, images: count },
  };
}

const unknownSeconds = (): StageSeconds => ({
  ...{ proposals: Number.NaN, conv: Number.NaN, pool: Number.NaN },
  ...{ fc: Number.NaN, svm: Number.NaN, nms: Number.NaN },
});

const noSeconds = (): StageSeconds => ({ proposals: 0, conv: 0, pool: 0, fc: 0, svm: 0, nms: 0 });

function first(boxes: Boxes, count: number): Boxes {
  return takeBoxes(
    boxes,
    Array.from({ length: Math.min(count, boxCount(boxes)) }, (_, i) => i),
  );
}

/** Classifiers of random weights: what they say is of no use, how long it takes is the same. */
function randomParts(classes: number, dimension: number): DetectorParts {
  const rng = new Rng(1);
  const weights = Float32Array.from({ length: classes * dimension }, () => rng.normal(0, 0.01));
  const labels = Array.from({ length: classes }, (_, label) => String(label));
  return {
    classes: labels,
    svm: { classes, dimension, weights, bias: new Float32Array(classes).fill(-1) },
    trained: labels.map(() => true),
    ...{ thresholds: labels.map(() => 0), featureScale: 1, regression: null, proposals: {} },
  };
}
