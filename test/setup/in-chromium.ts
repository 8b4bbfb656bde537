/** Layers all of whose tests run in Chromium as they run in Node, except those that say `.node`. */
const LAYERS = ['runtime', 'tensor', 'autograd', 'ops', 'nn', 'optim'];

/** Of what stands above: tests that together use all that the package exports (`test/tooling/in-chromium.node.test.ts`). */
const ABOVE = [
  ...['classify/evaluate-labels', 'classify/evaluator', 'classify/features', 'classify/metrics', 'classify/protocols'],
  ...[
    'classify/views',
    'data/augment',
    'data/group-alike',
    'data/sets-in-memory',
    'detect/combine',
    'detect/detections',
    'detect/detector',
  ],
  ...['detect/detector-file', 'detect/edges/learning', 'detect/edges/maps', 'detect/evaluate-detections'],
  ...['detect/features/place-windows', 'detect/features/spp-windows', 'detect/features/warped-windows', 'detect/nms'],
  ...['detect/selective-search/selective-search', 'detect/training/train-parts', 'models/architectures'],
  ...['models/geometry', 'models/onnx-export', 'models/open-model', 'models/windows', 'selftest/selftest'],
  ...[
    'svm/average-precision',
    'svm/device-gram',
    'svm/growing-svm',
    'svm/targets',
    'train/metrics',
    'train/objective',
    'train/recipe-session',
  ],
];

/** What Chromium runs, as patterns. */
export const inChromium: string[] = [
  ...LAYERS.map((layer) => `test/${layer}/**/*.test.ts`),
  ...ABOVE.map((name) => `test/${name}.test.ts`),
  'test/**/*.browser.test.ts',
];

/** Whether Chromium runs a file of the tests. */
export const runsInChromium = (file: string): boolean =>
  !/\.(?:node|alone)\.test\.ts$/.test(file) &&
  (file.endsWith('.browser.test.ts') ||
    LAYERS.some((layer) => file.startsWith(`test/${layer}/`)) ||
    ABOVE.some((name) => file === `test/${name}.test.ts`));
