import { noGrad } from '../autograd/mode.js';
import type { LabelKind } from '../data/dataset.js';
import type { PixelBox } from '../data/objects.js';
import { squareGeometry } from '../models/geometry.js';
import { inEvaluation, networkDevice } from '../models/in-evaluation.js';
import type { Network } from '../models/network.js';
import { MAX_PIXELS, sizeGroups } from '../models/size-groups.js';
import type { Projection } from '../models/windows.js';
import { insideProjection } from '../models/windows.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import type { Picture } from '../picture/picture.js';
import type { View } from '../picture/view.js';
import { concatArrays } from '../runtime/concat-arrays.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { Pace } from '../runtime/pace.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { canPoolWindows } from './can-pool-windows.js';
import { cellWindows } from './cell-windows.js';
import { checkProtocol } from './check-protocol.js';
import { averageViews, sigmoidRows, softmaxRows } from './scores.js';
import { planViews, type ViewPass, type ViewProtocol } from './views.js';

/** `'maps'`: one pass of the convolutions per scale and flip, windows pooled on its map. `'crops'`: every view is cut from the picture. */
export type ViewMode = 'maps' | 'crops';

export interface ClassifyOptions extends PrepareOptions {
  /** Default: maps where the head starts with a pyramid, else crops. */
  readonly mode?: ViewMode;
  /** `single` (default): softmax, one class per picture; `multi`: a sigmoid for each class. */
  readonly labels?: LabelKind;
  /** Windows of pixels to cells; by default the cells whose receptive-field centre lies in the window. */
  readonly projection?: Projection;
  /** Stops the work at the next batch, with its reason. */
  readonly signal?: AbortSignal;
  /** Input pixels of one forward pass at most (one picture may exceed it); default 2^20, about 20 pictures of 224x224. */
  readonly maxPixels?: number;
}

const NAMES: OptionNames<ClassifyOptions> = {
  mean: true,
  mode: true,
  labels: true,
  projection: true,
  maxPixels: true,
  signal: true,
};

/** Class probabilities of pictures (they add up to 1 only where a picture has one class), mean over the views of each. */
export interface ViewScores {
  /** [images, classes] */
  readonly scores: Float64Array;
  /** Views of each image. */
  readonly views: Int32Array;
}

/** Batches whose logits are on the way back at once, at most. */
const MOST_PENDING = 4;
/** How fast networks are: known from one call to the next. */
const paces = new WeakMap<Network, Pace>();

function paceOf(network: Network): Pace {
  const pace = paces.get(network) ?? new Pace(MOST_PENDING);
  paces.set(network, pace);
  pace.begin();
  return pace;
}

/** What `classifyViews` does, which pages load with the first call. */
export async function classifyViews(
  network: Network,
  images: readonly Picture[],
  protocol: ViewProtocol,
  options: ClassifyOptions,
): Promise<ViewScores> {
  checkOptions('classifyViews', options, NAMES);
  const mode = options.mode ?? (canPoolWindows(network) ? 'maps' : 'crops');
  if (mode === 'maps' && !canPoolWindows(network)) {
    throw new SppgpuError(
      `${network.architecture.name}: views on feature maps need a pyramid head; cut them from the picture (crops)`,
    );
  }
  checkProtocol(network, protocol);
  const passes = images.flatMap(({ width, height }, image) =>
    planViews(protocol, width, height).map((pass) => ({ image, pass })),
  );
  const batches = mode === 'maps' ? mapBatches(network, images, passes, options) : cropBatches(images, passes, options);
  const { classes, input } = network.architecture;
  const rows: number[] = [];
  const parts: Float64Array[] = [];
  await inEvaluation(network, async () => {
    const pending: Promise<Float64Array>[] = [];
    const pace = paceOf(network);
    const takeOldest = async () => {
      parts.push(await pending[0]!);
      pending.shift();
      pace.finished(1);
    };
    try {
      for (const { imageOf, pictures, views, logits } of batches) {
        options.signal?.throwIfAborted();
        rows.push(...imageOf);
        const result = noGrad(() =>
          scope(() =>
            logits(network, preparePictures(networkDevice(network), pictures, views, input, { mean: options.mean })),
          ),
        );
        pending.push(probabilitiesOf(result, classes, options.labels));
        while (pending.length >= pace.depth) await takeOldest();
      }
      while (pending.length > 0) await takeOldest();
    } finally {
      // What is queued cannot be called back: nobody may take the device away before.
      await Promise.allSettled(pending);
    }
  });
  const views = new Int32Array(images.length);
  for (const image of rows) views[image]!++;
  return { scores: averageViews(concatArrays(Float64Array, parts), rows, images.length, classes), views };
}

interface PlannedPass {
  readonly image: number;
  readonly pass: ViewPass;
}

interface Batch {
  /** Picture of each row of logits. */
  readonly imageOf: readonly number[];
  readonly pictures: readonly Picture[];
  readonly views: readonly View[];
  readonly logits: (network: Network, input: Tensor) => Tensor;
}

/** Whole resized pictures of one size together; the windows of all of them are pooled in one call. */
function mapBatches(
  { architecture }: Network,
  images: readonly Picture[],
  passes: readonly PlannedPass[],
  { projection = insideProjection(squareGeometry(architecture.features)), maxPixels = MAX_PIXELS }: ClassifyOptions,
): Batch[] {
  return sizeGroups(passes, ({ pass }) => [pass.height, pass.width], maxPixels).map((group) => ({
    imageOf: group.flatMap(({ image, pass }) => pass.windows.map(() => image)),
    pictures: group.map(({ image }) => images[image]!),
    views: group.map(({ image, pass }) => viewOf(images[image]!, pass, whole(pass))),
    logits: (network, input) => {
      const maps = network.features.forward(input);
      const [height, width] = [maps.shape[2]!, maps.shape[3]!];
      const cells = group.flatMap(({ pass }, row) => [...cellWindows(pass, projection, { height, width }, row)]);
      return network.classifyWindows(
        maps,
        tensor(maps.device, Int32Array.from(cells), { shape: [cells.length / 5, 5] }),
      );
    },
  }));
}

/** Every window as a picture of its own. */
function cropBatches(
  images: readonly Picture[],
  passes: readonly PlannedPass[],
  { maxPixels = MAX_PIXELS }: ClassifyOptions,
): Batch[] {
  const crops = passes.flatMap(({ image, pass }) =>
    pass.windows.map((window) => ({ image, view: viewOf(images[image]!, pass, window) })),
  );
  return sizeGroups(crops, ({ view }) => view.outSize, maxPixels).map((group) => ({
    imageOf: group.map(({ image }) => image),
    pictures: group.map(({ image }) => images[image]!),
    views: group.map(({ view }) => view),
    logits: (network, input) => network.forward(input),
  }));
}

const whole = ({ width, height }: ViewPass): PixelBox => ({ x0: 0, y0: 0, x1: width, y1: height });

/** A window of the resized (and mirrored) picture, in pixels of the source. */
function viewOf({ width, height }: Picture, pass: ViewPass, window: PixelBox): View {
  const [scaleX, scaleY] = [width / pass.width, height / pass.height];
  const [x0, x1] = pass.flip ? [pass.width - window.x1, pass.width - window.x0] : [window.x0, window.x1];
  return {
    sourceBox: [x0 * scaleX, window.y0 * scaleY, x1 * scaleX, window.y1 * scaleY],
    outSize: [window.y1 - window.y0, window.x1 - window.x0],
    flip: pass.flip,
    shift: [0, 0, 0],
  };
}

async function probabilitiesOf(logits: Tensor, classes: number, labels: LabelKind = 'single'): Promise<Float64Array> {
  try {
    const values = await logits.data();
    return labels === 'multi' ? sigmoidRows(values) : softmaxRows(values, classes);
  } finally {
    logits.dispose();
  }
}
