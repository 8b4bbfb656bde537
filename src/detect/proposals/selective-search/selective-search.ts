/**
 * Selective Search (Uijlings, van de Sande, Gevers, Smeulders: "Selective search for object recognition", IJCV 2013). The
 * picture is cut into small regions in several colour spaces and finenesses, each cut is merged step by step by several measures
 * of likeness, and the box of every region on the way is a proposal.
 */
import type { Picture } from '../../../picture/picture.js';
import { checkChoice, checkOptions, checkSetting, type OptionNames } from '../../../runtime/options.js';
import type { Proposals } from '../proposals.js';
import { workingPicture } from '../working-size.js';
import { type ColourSpace, toColourSpace } from './colour-spaces.js';
import { gaussianSmooth } from './gaussian.js';
import { pixelGraph, segmentGraph } from './graph-segmentation.js';
import { groupRegions, type Hierarchy } from './grouping.js';
import { rankWindows } from './ranking.js';
import { pixelBins, regionsOf } from './region-features.js';
import type { Strategy } from './similarity.js';

export type SelectiveSearchMode = 'fast' | 'standard' | 'quality';

export interface SelectiveSearchOptions {
  /**
   * `fast`: 8 hierarchies, as the paper's detector takes them. `standard` (default): a third fineness, 12 hierarchies, whose best
   * 2,500 windows cover more than those of 8 (docs/benchmarks.md). `quality`: 80 hierarchies, more windows in many times the time.
   */
  readonly mode?: SelectiveSearchMode;
  /** Windows at most, the best ranked. Default 2,500, with `quality` 10,000. */
  readonly maxBoxes?: number;
  /**
   * Sides of a window at least, in pixels of the picture as it is searched. Default 20. Regions half as narrow or low still get a window,
   * of that side.
   */
  readonly minSide?: number;
  /** Pictures with a longer side are searched in a smaller copy. Default 500, the longer side of VOC's pictures. */
  readonly maxPictureSide?: number;
  /** Of the order among windows of one rank. Default 0. */
  readonly seed?: number;
}

const NAMES: OptionNames<SelectiveSearchOptions> = {
  mode: true,
  maxBoxes: true,
  minSide: true,
  maxPictureSide: true,
  seed: true,
};

interface Settings {
  readonly spaces: readonly ColourSpace[];
  /** Finenesses of the first cut; parts have at least as many pixels. */
  readonly ks: readonly number[];
  readonly strategies: readonly Strategy[];
  readonly maxBoxes: number;
}

const FAST: Settings = {
  spaces: ['hsv', 'lab'],
  ks: [50, 100],
  strategies: [
    ['colour', 'texture', 'size', 'fill'],
    ['texture', 'size', 'fill'],
  ],
  maxBoxes: 2500,
};

const MODES: Readonly<Record<SelectiveSearchMode, Settings>> = {
  fast: FAST,
  standard: { ...FAST, ks: [...FAST.ks, 150] },
  quality: {
    spaces: [...FAST.spaces, 'rgI', 'hue', 'intensity'],
    ks: [...FAST.ks, 150, 300],
    strategies: [...FAST.strategies, ['fill'], ['size']],
    maxBoxes: 10_000,
  },
};

/** Deviation of the Gaussian before the picture is cut, in pixels. */
const SIGMA = 0.8;

/**
 * Windows of a picture by Selective Search, the best first. Runs on the CPU, anywhere; the same picture, options and seed give
 * the same windows.
 * @throws SppgpuError for an option that is not usable
 */
export function selectiveSearch(picture: Picture, options: SelectiveSearchOptions = {}): Proposals {
  checkOptions('selectiveSearch', options, NAMES);
  const { mode = 'standard', minSide = 20, maxPictureSide = 500, seed = 0 } = options;
  checkChoice('selectiveSearch', 'mode', mode, ['fast', 'standard', 'quality']);
  const settings = MODES[mode];
  const { maxBoxes = settings.maxBoxes } = options;
  checkSetting('selectiveSearch', 'maxBoxes', maxBoxes, { least: 1, integer: true });
  checkSetting('selectiveSearch', 'minSide', minSide, { least: 1, integer: true });
  checkSetting('selectiveSearch', 'maxPictureSide', maxPictureSide, { least: 1, integer: true });
  const { picture: small, restore } = workingPicture(picture, maxPictureSide);
  const { boxes, scores } = rankWindows(hierarchiesOf(small, settings), { minSide, maxBoxes, seed });
  return { boxes: restore(boxes), scores };
}

/** For each cut the hierarchies of all strategies. */
function hierarchiesOf(picture: Picture, { spaces, ks, strategies }: Settings): Hierarchy[][] {
  return spaces.flatMap((space) => {
    const planes = toColourSpace(picture, space);
    const smooth = gaussianSmooth(planes, SIGMA);
    const bins = pixelBins(planes, smooth);
    const graph = pixelGraph(smooth);
    return ks.map((k) => {
      const regions = regionsOf(segmentGraph(graph, k, k), bins);
      return strategies.map((strategy) => groupRegions(regions, strategy));
    });
  });
}
