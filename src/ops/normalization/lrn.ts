import { made } from '../../runtime/made.js';
import { bucketOf, type Ladder, ON_CPUS, ON_GPUS, onCpus, type RungNotes } from '../ladder.js';
import { lrnKernels } from './lrn-kernels.js';

export type LrnAlgorithm = 'direct' | 'walk';

/** What decides between rungs. */
export interface LrnWork {
  /** `[N, C, H, W]`. */
  readonly shape: readonly number[];
  /** Channels, or cells per side, of the neighbourhood. */
  readonly size: number;
  readonly within: boolean;
}

/** Steps of a window: the walking shader's MOST_STEPS. */
const MOST_STEPS = 9;
/** Invocations that keep a device busy; with more of them, their starting shows on a CPU adapter. */
const INVOCATIONS = 8192;

/* @__NO_SIDE_EFFECTS__ */
function lrnLadder(
  family: string,
  pass: 'forward' | 'gradient',
  files: Readonly<Record<LrnAlgorithm, string>>,
): Ladder<LrnAlgorithm, LrnWork> {
  return {
    family,
    ops: ['localResponseNorm'],
    ask: (rung) => (pass === 'forward' ? { algorithm: rung } : { gradient: rung }),
    bucket({ shape: [images, channels, height, width], size, within }) {
      const sizes = { images: images!, channels: channels!, height: height!, width: width! };
      return bucketOf(sizes, { size, mode: within ? 'within' : 'across' });
    },
    rungs: made(() => [
      {
        rung: 'walk',
        file: files.walk,
        kernels: [lrnKernels.walk[pass]],
        needs: {},
        adapterClass: 'cpu',
        takes: {
          words: `windows of at most ${MOST_STEPS} channels or rows`,
          test: (_, { size }) => size <= MOST_STEPS,
        },
        chooseWhen: onCpus,
      },
      {
        rung: 'direct',
        file: files.direct,
        kernels: [lrnKernels.direct[pass]],
        needs: {},
        adapterClass: 'any',
        chooseWhen: () => true,
      },
    ]),
  };
}

export const lrnForwardLadder = /* @__PURE__ */ lrnLadder('localResponseNorm', 'forward', {
  direct: 'normalization/lrn.wgsl',
  walk: 'normalization/lrn_window.wgsl',
});
export const lrnGradientLadder = /* @__PURE__ */ lrnLadder('localResponseNorm gradient', 'gradient', {
  direct: 'normalization/lrn_gradient.wgsl',
  walk: 'normalization/lrn_window_gradient.wgsl',
});

export const lrnNotes: RungNotes<LrnAlgorithm> = {
  walk: {
    chosenFor: `${ON_CPUS}, windows of at most ${MOST_STEPS} channels or rows`,
    why: 'an invocation walks over the channels of a pixel, or down a column, with the window in registers: each number is loaded once for all windows that have it',
  },
  direct: {
    chosenFor: `${ON_GPUS}, and wider windows`,
    why: 'an invocation per element goes through its neighbourhood: the definition, and as many invocations as elements',
  },
};

/** How maps `[N, C, H, W]` are cut into invocations that walk: over channels, or down the rows of a channel, where windows reach so many columns. */
export function lrnWalk(shape: readonly number[], within: boolean, reach: number) {
  const [images, channels, height, width] = shape as readonly [number, number, number, number];
  const columns = within ? width : height * width;
  const length = within ? height : channels;
  const blocks = within ? images * channels : images;
  const walk = Math.ceil(length / Math.min(length, Math.ceil(INVOCATIONS / (blocks * columns))));
  const chunks = Math.ceil(length / walk);
  return { size: blocks * chunks * columns, columns, length, walk, chunks, reach: within ? reach : 0 };
}
