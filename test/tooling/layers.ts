import type { ImportGraph } from './imports.js';

/** The layers of `src/`, lowest first. A file may import from its own folder and from folders further down. */
const layers: readonly (readonly string[])[] = [
  ['runtime', 'picture'],
  ['tensor'],
  ['autograd'],
  ['ops'],
  ['nn', 'optim', 'selftest'],
  ['data'],
  ['models'],
  ['svm'],
  ['classify', 'detect'],
  ['train'],
  ['work'],
  ['demo'],
  ['bench'],
  ['cli', 'web'],
];

/** Folders beside the layers, with all that they may know. */
const beside: Readonly<Record<string, readonly string[]>> = {
  io: ['runtime', 'tensor'],
  report: ['picture', 'runtime', 'io'],
};

/** Packages that belong to Node, like its builtins. */
const nodePackages = ['webgpu', '@sparticuz/chromium', 'commander', 'log-update', 'yauzl', 'bullmq'];
/** Packages that lean on Node's builtins; a layer that browsers never load may use them. */
const heavyPackages = ['pngjs', 'mnist'];

/** Where pages begin: what they reach must not need Node. */
const PAGES = ['src/index.ts', 'src/web/main.tsx', 'src/web/engine/worker.ts'];

/** The import rules of DESIGN: one line for each violation, empty when all is well. */
export function layerViolations(graph: ImportGraph): string[] {
  const violations: string[] = [];
  for (const [file, imports] of graph) {
    for (const { target, typeOnly } of imports) {
      const reason = upward(file, target) ?? (typeOnly ? null : nodeOnly(file, target));
      if (reason) violations.push(`${file} imports ${target}: ${reason}`);
    }
  }
  return [...violations, ...PAGES.flatMap((entry) => nodeReachableFrom(entry, graph))];
}

function upward(file: string, target: string): string | null {
  const from = folderOf(file);
  const to = folderOf(target);
  if (from === null || to === null || from === to) return null;
  if (to === '') return 'the public faces are for users of the package';
  if (from === '') return null;
  const known = beside[from];
  if (known) return known.includes(to) ? null : `${from}/ may know ${known.join(', ')} only`;
  const rank = rankOf(from);
  if (rank < 0) return `${from}/ has no place among the layers (test/tooling/layers.ts)`;
  if (beside[to]) return rank > rankOf('ops') ? null : `${from}/ stands below ${to}/`;
  return rankOf(to) >= 0 && rankOf(to) < rank ? null : `${from}/ does not stand above ${to}/`;
}

function nodeOnly(file: string, target: string): string | null {
  if (file === 'src/node.ts' || file.endsWith('.node.ts') || file.startsWith('src/cli/')) return null;
  if (!needsNode(target)) return null;
  return 'what needs Node belongs into a *.node.ts file or into src/cli/';
}

/** Follows what is left of the imports after compilation. */
function nodeReachableFrom(entry: string, graph: ImportGraph): string[] {
  const cameFrom = new Map<string, string | null>([[entry, null]]);
  const violations: string[] = [];
  for (const file of cameFrom.keys()) {
    if (needsNode(file) || heavyPackages.includes(file))
      violations.push(`${entry} reaches ${file}, which needs Node: ${chain(file, cameFrom).join(' > ')}`);
    for (const { target, typeOnly } of graph.get(file) ?? []) {
      if (!typeOnly && !cameFrom.has(target)) cameFrom.set(target, file);
    }
  }
  return violations;
}

function needsNode(target: string): boolean {
  return target.startsWith('node:') || target.endsWith('.node.ts') || nodePackages.includes(target);
}

function chain(file: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const before = cameFrom.get(file);
  return before ? [...chain(before, cameFrom), file] : [file];
}

/** The folder below `src/`; empty for files directly in it, null outside. */
function folderOf(path: string): string | null {
  if (!path.startsWith('src/')) return null;
  return path.slice(4).includes('/') ? path.slice(4, path.indexOf('/', 4)) : '';
}

function rankOf(folder: string): number {
  return layers.findIndex((layer) => layer.includes(folder));
}

/** Files that import each other round a circle, types included: one line for each circle found, empty when all is well. */
export function importCircles(graph: ImportGraph): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const from = path.indexOf(file);
    if (from >= 0) circles.push([...path.slice(from), file].join(' -> '));
    if (from >= 0 || done.has(file)) return;
    path.push(file);
    for (const { target } of graph.get(file) ?? []) if (graph.has(target)) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}
