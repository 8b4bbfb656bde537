import { dirname, relative } from 'node:path/posix';
import { stemOf } from './head.js';
import { ALL, closureOf, declarationsOf, NONE, type ShaderFile } from './read.js';

/** The JavaScript module of a shader: a `Shader` (src/runtime/shader.ts) whose preludes are imports, so that a bundler takes what is used. */
export function moduleOf(shader: ShaderFile, shown: (code: string) => string): string {
  const imports: string[] = [];
  const importOf = (path: string): string => {
    const from = relative(dirname(shader.path), path);
    imports.push(`import prelude${imports.length} from ${JSON.stringify(from.startsWith('.') ? from : `./${from}`)};`);
    return `prelude${imports.length - 1}`;
  };
  const preludes = shader.head.map((item) => {
    if (item.kind === 'file') return importOf(item.path);
    if (item.kind === 'open') return JSON.stringify(item.pattern);
    return `{ ${item.paths.map((path) => `${stemOf(path)}: ${importOf(path)}`).join(', ')} }`;
  });
  const parts = { path: shader.path, code: shown(shader.code) };
  const fields = Object.entries(parts).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`);
  if (preludes.length > 0) fields.push(`  preludes: [${preludes.join(', ')}],`);
  return [...imports, 'export default {', ...fields, '};', ''].join('\n');
}

/** Line breaks that stay: in front of functions, so that messages of compilers say where, and behind directives, which are moved. */
const INNER_BREAK = /(?<!\b(?:enable|requires) [^;]*;)\n+(?!(?:fn|enable|requires)\b)/g;

/**
 * Without comments, which are a third of what shaders weigh in a page, and without the spaces and line breaks that part nothing. What
 * would be one word, or one operator, without them stays apart.
 */
export function bare(code: string): string {
  return code
    .replaceAll(/[ \t]*\/\/[^\n]*/g, '')
    .replaceAll(/^ +/gm, '')
    .replaceAll(INNER_BREAK, ' ')
    .replaceAll(/ *([,;:{}()[\]]) */g, '$1')
    .replaceAll(/(?<=[\w)\]]) +(?=[-+*/%&|^<>=!])|(?<=[-+*/%&|^<>=!]) +(?=[\w([])/g, '');
}

/** The TypeScript declaration of that module: names and types that the compiler checks at every dispatch. */
export function declarationOf(shader: ShaderFile, types: string): string {
  const fixed = declarationsOf(shader.path, closureOf(shader, NONE));
  const all = closureOf(shader, ALL);
  const each = all.map((file) => declarationsOf(file.path, [file]));
  const params = fixed.params?.fields ?? {};
  const bindings = Object.keys(fixed.bindings);
  const optional = each.flatMap((own) => Object.keys(own.bindings)).filter((name) => !bindings.includes(name));
  const overrides = each.flatMap((own) => Object.keys(own.overrides));
  const choices = all.flatMap(({ head }) =>
    head.flatMap((item) => (item.kind === 'choice' ? item.paths.map(stemOf) : [])),
  );
  const fields = Object.entries(params).map(([name, type]) => `${name}: '${type}'`);
  return [
    `import type { Shader } from '${types}';`,
    'declare const shader: Shader<{',
    `  params: { ${fields.join('; ')} };`,
    `  bindings: ${union(bindings)};`,
    `  optional: ${union(optional)};`,
    `  overrides: ${union(overrides)};`,
    `  choices: ${union(choices)};`,
    '}>;',
    'export default shader;',
    '',
  ].join('\n');
}

function union(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `'${name}'`).join(' | ') || 'never';
}
