import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type Declarations, declarationsOf as read } from '../../src/runtime/declarations.js';
import { type HeadItem, headOf } from './head.js';

/** One `.wgsl` file as read at build. */
export interface ShaderFile {
  /** Absolute; and from its folder `shaders/`. */
  readonly file: string;
  readonly path: string;
  readonly code: string;
  readonly head: readonly HeadItem[];
}

/** The folder named `shaders` that a file lies in. */
function rootOf(file: string): string {
  let folder = dirname(file);
  while (!/(^|[\\/])shaders$/u.test(folder)) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`${file} does not lie below a folder named shaders`);
    folder = above;
  }
  return folder;
}

export function readShader(file: string): ShaderFile {
  const path = relative(rootOf(file), file).split(sep).join('/');
  const code = readFileSync(file, 'utf8');
  return { file, path, code, head: headOf(path, code) };
}

/** All files of the same `shaders/`, by path. */
export function shadersBeside({ file }: ShaderFile): ShaderFile[] {
  const root = rootOf(file);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wgsl'));
  return names.sort().map((name) => readShader(join(root, name)));
}

/** Another file of the same `shaders/`. */
function neighbour({ file }: ShaderFile, path: string): ShaderFile {
  return readShader(`${rootOf(file)}/${path}`);
}

type Pick = (paths: readonly string[]) => readonly string[];
/** What of a choice comes along: all, or none. */
export const ALL: Pick = (paths) => paths;
export const NONE: Pick = () => [];

/** The shader behind all that its head names, each file once, what is needed first; open preludes are left out. */
export function closureOf(shader: ShaderFile, pick: Pick, found = new Map<string, ShaderFile>()): ShaderFile[] {
  if (!found.has(shader.path)) {
    for (const item of shader.head) {
      const paths = item.kind === 'file' ? [item.path] : item.kind === 'choice' ? pick(item.paths) : [];
      for (const path of paths) closureOf(neighbour(shader, path), pick, found);
    }
    found.set(shader.path, shader);
  }
  return [...found.values()];
}

/** What files declare together. */
export function declarationsOf(path: string, files: readonly ShaderFile[]): Declarations {
  return read(path, files.map(({ code }) => code).join('\n'));
}
