/** Edges of pictures: what runs in both worlds. */
export type { EdgeMap, EdgeSource } from './edge-map.js';
export { EdgeNet, type EdgeNetWidths } from './edge-net.js';
export type { NetEdgesOptions } from './edges-seen.js';
export { gradientEdges } from './gradient-edges.js';
export { netEdges } from './net-edges.js';
