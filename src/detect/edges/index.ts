/** Edges of pictures: what runs in both worlds. */
export type { EdgeMap, EdgeSource } from './edge-map.js';
export { EdgeNet, type EdgeNetWidths } from './edge-net.js';
export { gradientEdges } from './gradient-edges.js';
export { type NetEdgesOptions, netEdges } from './net-edges.js';
