import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declarationOf } from './emit.js';
import { readShader } from './read.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** `rootDirs` in tsconfig.json lays this folder over the repository. */
const target = `${root}.cache/wgsl/`;
const folders = ['shaders', 'test/runtime/shaders'];

/** Writes a declaration for every shader of the repository, where TypeScript looks for it. */
export function declareShaders(): void {
  for (const folder of folders) {
    for (const name of readdirSync(root + folder, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.wgsl')) declare(`${folder}/${name.replaceAll('\\', '/')}`);
    }
  }
}

function declare(path: string): void {
  const file = `${target}${path.replace(/\.wgsl$/u, '.d.wgsl.ts')}`;
  const depth = path.split('/').length - 1;
  const text = declarationOf(readShader(root + path), `${'../'.repeat(depth)}src/runtime/shader.js`);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  // By a rename: a build and a type check may run side by side.
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
