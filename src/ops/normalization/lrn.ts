import type { Kernel } from '../../runtime/kernel.js';
import { bucketOf, type Ladder, ON_CPUS, ON_GPUS, onCpus, type RungNotes } from '../ladder.js';
import { lrnGradientKernel, lrnKernel } from './lrn-kernels.js';

export type LrnAlgorithm = 'direct' | 'walk';

/** What decides between rungs. */
export interface LrnWork {
  /** `[N, C, H, W]`. */
  readonly shape: readonly number[];
  /** Channels, or cells per side, of the neighbourhood. */
  readonly size: number;
  readonly within: boolean;
}

/** Steps of a window: the shader's MOST_STEPS. */
const MOST_STEPS = 9;
/** Invocations that keep a device busy; with more of them, their starting shows on a CPU adapter. */
const INVOCATIONS = 8192;

/** One shader for each pass, which walks as far as the rung says. */
/* @__NO_SIDE_EFFECTS__ */
function lrnLadder(family: string, asked: string, kernel: Kernel): Ladder<LrnAlgorithm, LrnWork> {
  const common = { kernels: [kernel] };
  return {
    family,
    ask: (rung) => ({ [asked]: rung }),
    bucket({ shape: [images, channels, height, width], size, within }) {
      const sizes = { images: images!, channels: channels!, height: height!, width: width! };
      return bucketOf(sizes, { size, mode: within ? 'within' : 'across' });
    },
    rungs: [
      {
        rung: 'walk',
        ...common,
        takes: {
          words: `windows of at most ${MOST_STEPS} channels or rows`,
          test: (_, { size }) => size <= MOST_STEPS,
        },
        chooseWhen: onCpus,
      },
      { rung: 'direct', ...common, chooseWhen: () => true },
    ],
  };
}

export const lrnForwardLadder = /* @__PURE__ */ lrnLadder('localResponseNorm', 'algorithm', lrnKernel);
export const lrnGradientLadder = /* @__PURE__ */ lrnLadder('localResponseNorm gradient', 'gradient', lrnGradientKernel);

/** The notes of a pass, both of whose rungs are one shader. */
/* @__NO_SIDE_EFFECTS__ */
const lrnNotes = (file: string): RungNotes<LrnAlgorithm> => ({
  walk: {
    file,
    adapterClass: 'cpu',
    chosenFor: `${ON_CPUS}, windows of at most ${MOST_STEPS} channels or rows`,
    why: 'an invocation walks over the channels of a pixel, or down a column, with the window in registers: each number is loaded once for all windows that have it',
  },
  direct: {
    file,
    adapterClass: 'any',
    chosenFor: `${ON_GPUS}, and wider windows`,
    why: 'an invocation per element goes through its neighbourhood: the definition, and as many invocations as elements',
  },
});

export const lrnForwardNotes = /* @__PURE__ */ lrnNotes('normalization/lrn.wgsl');
export const lrnGradientNotes = /* @__PURE__ */ lrnNotes('normalization/lrn_gradient.wgsl');

/** How maps `[N, C, H, W]` are cut into invocations: over channels, or down the rows of a channel, where windows reach so many columns. */
export function lrnWalk(rung: LrnAlgorithm, { shape, within }: LrnWork, reach: number) {
  const [images, channels, height, width] = shape as readonly [number, number, number, number];
  const [blocks, length, columns] = within ? [images * channels, height, width] : [images, channels, height * width];
  const RING = rung === 'walk';
  const wanted = RING ? Math.min(length, Math.ceil(INVOCATIONS / (blocks * columns))) : length;
  const walk = Math.ceil(length / wanted);
  const chunks = Math.ceil(length / walk);
  const size = blocks * chunks * columns;
  return {
    params: { size, columns, length, walk, chunks, reach: within ? reach : 0 },
    overrides: RING ? { RING, WG: 8 } : { RING }, // small groups: few columns must still spread over all cores
    invocations: size,
  };
}
