/** Windows that may hold things: what runs in both worlds. */
export { edgeBoxes } from './edge-boxes/edge-boxes.js';
export type { EdgeBoxesOptions } from './edge-boxes/options.js';
export { type MethodOptions, PROPOSAL_METHODS, type ProposalMethod } from './methods.js';
export type { Proposals, TimedProposals } from './proposals.js';
export { RecallMeter, type RecallOptions, type RecallRow } from './recall.js';
export {
  type SelectiveSearchMode,
  type SelectiveSearchOptions,
  selectiveSearch,
} from './selective-search/selective-search.js';
export { type SlidingWindowOptions, slidingWindows } from './sliding-windows.js';
