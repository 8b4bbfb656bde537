/** What a page loads with the first of these calls, in one go. */
export { captureRun, checkpointBytes, checkpointOf, restoreRun } from './checkpoint.js';
export { measureInputs } from './input-statistics.js';
export { sessionIn } from './run-session.js';
