/// <reference types="vite/types/importMeta.d.ts" />
import { defineKernel, type Kernel } from '../runtime/kernel.js';
import { isShader, matches, type Prelude, type Shader, waysOf } from '../runtime/shader.js';

const files = Object.values(import.meta.glob<Shader>('../../shaders/**/*.wgsl', { eager: true, import: 'default' }));

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
