/** What a page loads with the first of these calls, in one go: one file more costs a page more than it saves. */
export { evaluateClasses } from './evaluate-classes.js';
export { evaluateLabelLists } from './evaluate-label-lists.js';
export { extractMatrices } from './feature-vectors.js';
export { scoreViews } from './score-views.js';
export { caltech101, voc07 } from './svm-protocols.js';
