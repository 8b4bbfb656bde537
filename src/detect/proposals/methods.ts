import type { Picture } from '../../picture/picture.js';
import { boxCount } from '../boxes.js';
import type { EdgeMap } from '../edges/edge-map.js';
import { edgeBoxProposals } from './edge-boxes/edge-box-proposals.js';
import type { Proposals } from './proposals.js';
import { type SelectiveSearchOptions, selectiveSearch } from './selective-search/selective-search.js';
import { slidingWindows } from './sliding-windows.js';

/** What every method takes. */
export interface MethodOptions {
  /** Windows at most; by default as many as the method gives. */
  readonly maxBoxes?: number;
  /** Of Selective Search: sides of a window at least, in pixels; default 20. */
  readonly minSide?: number;
  /** Of methods that draw random numbers. Default 0. */
  readonly seed?: number;
  /** Of `edge-boxes`: the edges of `edgePicture(picture)`; default gradients. */
  readonly edges?: EdgeMap;
}

/** A way to find windows that may hold things: runs on the CPU, in Node, in worker threads and in pages. */
export interface ProposalMethod {
  readonly name: string;
  /** What it is, in a line of help. */
  readonly summary: string;
  readonly propose: (picture: Picture, options?: MethodOptions) => Proposals;
}

/** Every method by its name on the command line. */
export const PROPOSAL_METHODS: readonly ProposalMethod[] = [
  {
    name: 'selective-search',
    summary: 'Selective Search: at most 2,500 windows from 12 hierarchies',
    propose: (picture, options) => selectiveSearch(picture, searchOptions(options)),
  },
  {
    name: 'selective-search-fast',
    summary: 'the fast mode of its paper: at most 2,500 windows from 8 hierarchies',
    propose: (picture, options) => selectiveSearch(picture, { ...searchOptions(options), mode: 'fast' }),
  },
  {
    name: 'selective-search-quality',
    summary: 'its quality mode: at most 10,000 windows from 80 hierarchies',
    propose: (picture, options) => selectiveSearch(picture, { ...searchOptions(options), mode: 'quality' }),
  },
  {
    name: 'edge-boxes',
    summary: 'EdgeBoxes: at most 10,000 windows, by the edges that they hold whole',
    propose: (picture, { maxBoxes, edges } = {}) =>
      edgeBoxProposals(picture, maxBoxes === undefined ? {} : { maxBoxes }, edges),
  },
  {
    name: 'sliding-windows',
    summary: 'windows of fixed sizes and shapes on a grid, whatever the picture shows',
    propose: (picture, { maxBoxes = Number.POSITIVE_INFINITY } = {}) => {
      const boxes = slidingWindows(picture);
      const count = Math.min(maxBoxes, boxCount(boxes));
      const scores = Float32Array.from({ length: count }, (_, i) => 1 - i / count);
      return { boxes: boxes.slice(0, count * 4), scores };
    },
  },
];

/** The method of that name; undefined where there is none. */
export function proposalMethod(name: unknown): ProposalMethod | undefined {
  return PROPOSAL_METHODS.find((method) => method.name === name);
}

/** The options without those of other methods. */
const searchOptions = ({ edges: _, ...options }: MethodOptions = {}): SelectiveSearchOptions => options;
