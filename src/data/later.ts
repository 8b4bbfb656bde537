/** What loaders read ahead with, and order pictures by: a page loads both with the first that does either. */
export { groupAlike } from './group-alike.js';
export { Prefetcher } from './prefetch.js';
