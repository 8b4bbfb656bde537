/** What a page loads with the first of these calls, in one go: one file more costs a page more than it saves. */
export { evaluate } from './evaluate-classes.js';
export { evaluateLabels } from './evaluate-label-lists.js';
export { extractFeatures } from './feature-vectors.js';
export { classifyViews } from './score-views.js';
export { runCaltech101, runVoc07 } from './svm-protocols.js';
