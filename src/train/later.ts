/** What a page loads with the first of these calls, in one go. */
export { captureCheckpoint, decodeCheckpoint, encodeCheckpoint, restoreCheckpoint } from './checkpoint.js';
export { measureInputs } from './input-statistics.js';
export { runSessionIn } from './run-session.js';
