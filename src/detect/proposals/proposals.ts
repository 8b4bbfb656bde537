import type { Boxes } from '../boxes.js';

/** Windows of one picture that may hold things of any class, best first. */
export interface Proposals {
  readonly boxes: Boxes;
  /** One number per box, falling; only comparable within one picture. */
  readonly scores: Float32Array;
}

/** Proposals, and the time that they took. */
export interface TimedProposals extends Proposals {
  readonly seconds: number;
}
