/**
 * `sppgpu/proposals`: windows that may hold things. Plain functions on pixels that need no device, so that a worker of a page
 * loads them without the rest; `sppgpu/node` exports them too.
 */
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
