/** What a page loads with the first picture that it looks at, in one go: one file more costs a page more than it saves. */
export { detectTogether } from './combine.js';
export { netEdges } from './edges/edges-seen.js';
export { pooledOnMaps } from './features/pooled-on-maps.js';
export { warpedMaps } from './features/warped-maps.js';
export { readFeatures } from './features/window-features.js';
export { scoreWindows } from './score-windows.js';
