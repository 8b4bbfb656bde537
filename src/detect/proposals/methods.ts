import type { Picture } from '../../picture/picture.js';
import type { Proposals } from './proposals.js';
import { selectiveSearch } from './selective-search/selective-search.js';

/** What every method takes. */
export interface MethodOptions {
  /** Windows at most; by default as many as the method gives. */
  readonly maxBoxes?: number;
  /** Of methods that draw random numbers. Default 0. */
  readonly seed?: number;
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
    summary: 'Selective Search, fast mode: at most 2,500 windows from 8 hierarchies',
    propose: (picture, options) => selectiveSearch(picture, options),
  },
  {
    name: 'selective-search-quality',
    summary: 'Selective Search, quality mode: at most 10,000 windows from 80 hierarchies',
    propose: (picture, options) => selectiveSearch(picture, { ...options, mode: 'quality' }),
  },
];
