import type { Plugin } from 'vite';
import { declareShaders } from './declare.js';
import { bare, moduleOf } from './emit.js';
import { shortNames } from './names.js';
import { readShader, shadersBeside } from './read.js';

export interface ShaderOptions {
  /** Shaders come without comments, and with short names for what only they read: for what pages download. Default: false. */
  readonly short?: boolean;
}

/**
 * Makes `import shader from './x.wgsl'` give a `Shader`: the text, and what its head puts in front. Keeps the declarations that
 * TypeScript reads up to date.
 */
export function shaders({ short = false }: ShaderOptions): Plugin {
  let shorten: ((code: string) => string) | undefined;
  return {
    name: 'shaders',
    enforce: 'pre',
    buildStart() {
      shorten = undefined;
      declareShaders();
    },
    load(id) {
      if (!id.endsWith('.wgsl')) return null;
      const shader = readShader(id);
      shorten ??= short ? shortNames(shadersBeside(shader), bare) : (code) => code;
      return { code: moduleOf(shader, (code) => shorten!(short ? bare(code) : code)), moduleType: 'js', map: null };
    },
  };
}
