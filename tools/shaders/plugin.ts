import type { Plugin } from 'vite';
import { declareShaders } from './declare.js';
import { bare, moduleOf } from './emit.js';
import { readShader } from './read.js';

export interface ShaderOptions {
  /** Shaders come without their comments, lines kept: for what pages download. Default: false. */
  readonly withoutComments?: boolean;
}

/**
 * Makes `import shader from './x.wgsl'` give a `Shader`: the text, and what its head puts in front. Keeps the declarations that
 * TypeScript reads up to date.
 */
export function shaders({ withoutComments = false }: ShaderOptions): Plugin {
  return {
    name: 'shaders',
    enforce: 'pre',
    buildStart: declareShaders,
    load(id) {
      if (!id.endsWith('.wgsl')) return null;
      return { code: moduleOf(readShader(id), withoutComments ? bare : (code) => code), moduleType: 'js', map: null };
    },
  };
}
