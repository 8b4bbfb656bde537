/// <reference types="vite/types/importMeta.d.ts" />
import { defineKernel, type Kernel } from '../runtime/kernel.js';
import { isShader, matches, type Prelude, type Shader, waysOf } from '../runtime/shader.js';

const modules = import.meta.glob<Shader>('../../shaders/**/*.wgsl', { eager: true, import: 'default' });
/** As they stand in the files: the library's own have no comments. */
const texts = import.meta.glob<string>('../../shaders/**/*.wgsl', { eager: true, import: 'default', query: '?raw' });
const annotated = new Map(
  Object.entries(modules).map(([file, shader]) => [shader, { ...shader, code: texts[file]! } as Shader]),
);
for (const shader of annotated.values()) Object.assign(shader, { preludes: shader.preludes?.map(commented) });
const files = [...annotated.values()];

/** A prelude with the annotated shaders in the places of the library's. */
function commented(prelude: Prelude): Prelude {
  if (typeof prelude === 'string') return prelude;
  if (isShader(prelude)) return annotated.get(prelude)!;
  return Object.fromEntries(Object.entries(prelude).map(([name, shader]) => [name, annotated.get(shader)!]));
}

/** Every kernel of the package, by name: the shaders that stand in front of no other, in every way to choose their preludes. */
export function everyKernel(): ReadonlyMap<string, Kernel> {
  const listed = new Set(files.flatMap(({ preludes = [] }) => preludes.flatMap(offered)));
  const kernels = files
    .filter((file) => !listed.has(file))
    .flatMap((file) => waysOf(file, files).map((way) => defineKernel(file, ...way)));
  return new Map(kernels.map((kernel) => [kernel.name, kernel]));
}

/** The files that a prelude may stand for. */
function offered(prelude: Prelude): readonly Shader[] {
  if (isShader(prelude)) return [prelude];
  return typeof prelude === 'string' ? files.filter(({ path }) => matches(prelude, path)) : Object.values(prelude);
}
