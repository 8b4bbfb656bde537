import { checkOptions, checkSetting, type OptionNames } from '../../../runtime/options.js';

/** The constants of EdgeBoxes (Zitnick and Dollar 2014), in the units of its published code. */
export interface EdgeBoxesOptions {
  /** IoU of neighbouring windows of the search. Default 0.65. */
  readonly alpha?: number;
  /** IoU above which the worse of two boxes goes. Default 0.75. */
  readonly beta?: number;
  /**
   * Factor of `beta` after every box that stays, down to 0.5, so that later boxes look elsewhere (Hosang et al. 2015). Default
   * 0.9996: of 1,000 boxes more hit something than with the published code's default, 1, which leaves `beta` as it is.
   */
  readonly eta?: number;
  /** Score below which a window is not a proposal. Default 0.01. */
  readonly minScore?: number;
  /** Default 10,000. */
  readonly maxBoxes?: number;
  /** Strength above which a pixel is of an edge. Default 0.1. */
  readonly edgeMinMag?: number;
  /** Turns, in half circles, that a group of edge pixels takes at most. Default 0.5. */
  readonly edgeMergeThr?: number;
  /** Strengths of a group's pixels, together, up to which it is given to its neighbours. Default 0.5. */
  readonly clusterMinMag?: number;
  /** Of width to height, and height to width. Default 3. */
  readonly maxAspectRatio?: number;
  /** Square pixels. Default 1,000. */
  readonly minBoxArea?: number;
  /** Exponent of affinities: how much a turn parts two groups. Default 2. */
  readonly gamma?: number;
  /** Exponent of a window's size: how little larger windows gain by being large. Default 1.5. */
  readonly kappa?: number;
}

const NAMES: OptionNames<EdgeBoxesOptions> = {
  alpha: true,
  beta: true,
  eta: true,
  minScore: true,
  maxBoxes: true,
  edgeMinMag: true,
  edgeMergeThr: true,
  clusterMinMag: true,
  maxAspectRatio: true,
  minBoxArea: true,
  gamma: true,
  kappa: true,
};

export const EDGE_BOXES_DEFAULTS: Required<EdgeBoxesOptions> = {
  alpha: 0.65,
  beta: 0.75,
  eta: 0.9996,
  minScore: 0.01,
  maxBoxes: 10_000,
  edgeMinMag: 0.1,
  edgeMergeThr: 0.5,
  clusterMinMag: 0.5,
  maxAspectRatio: 3,
  minBoxArea: 1000,
  gamma: 2,
  kappa: 1.5,
};

/** The constants with their defaults. @throws SppgpuError for a name or a value that cannot be */
export function edgeBoxesSettings(options: EdgeBoxesOptions = {}): Required<EdgeBoxesOptions> {
  checkOptions('edgeBoxes', options, NAMES);
  const settings = { ...EDGE_BOXES_DEFAULTS, ...options };
  const check = (name: keyof EdgeBoxesOptions, range: Parameters<typeof checkSetting>[3]) =>
    checkSetting('edgeBoxes', name, settings[name], range);
  check('alpha', { above: 0, below: 1 });
  check('beta', { least: 0, most: 1 });
  check('eta', { above: 0, most: 1 });
  check('minScore', { least: 0 });
  check('maxBoxes', { least: 1, integer: true });
  check('edgeMinMag', { least: 0 });
  check('edgeMergeThr', { least: 0 });
  check('clusterMinMag', { least: 0 });
  check('maxAspectRatio', { least: 1 });
  check('minBoxArea', { least: 1 });
  check('gamma', { least: 0 });
  check('kappa', { least: 0 });
  return settings;
}
