/** Every TypeScript example of the documentation is correct under strict settings, against the built declarations. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../setup/build.js';
import { filesBelow, root } from '../tooling/repository.js';
import { codeBlocks } from './examples.js';

let project: string;

beforeAll(async () => {
  await ensureBuilt();
  project = mkdtempSync(join(tmpdir(), 'sppgpu-docs-'));
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(project, 'node_modules/sppgpu'), 'junction');
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name), 'junction');
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('examples are well typed', () => {
  const files: string[] = [];
  for (const page of ['README.md', ...filesBelow('docs', /\.md$/)]) {
    for (const { language, code, line } of codeBlocks(readFileSync(root + page, 'utf8'))) {
      if (language !== 'ts') continue;
      const file = `${page.replaceAll('/', '-')}-line-${line}.ts`;
      writeFileSync(join(project, file), code);
      files.push(file);
    }
  }
  expect(files.length).toBeGreaterThan(10);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: ['node'],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  let problems = '';
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd: project });
  } catch (error) {
    problems = String((error as { stdout: Buffer }).stdout);
  }
  expect(problems).toBe('');
});
