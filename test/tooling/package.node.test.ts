import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../setup/build.js';
import { importsOf } from './imports.js';
import { filesBelow, root } from './repository.js';

let project: string;

beforeAll(async () => {
  await ensureBuilt();
  project = mkdtempSync(join(tmpdir(), 'sppgpu-user-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/sppgpu'), 'junction');
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(file: string, ...args: string[]): string {
  return execFileSync(process.execPath, [file, ...args], { cwd: project, encoding: 'utf8', stdio: 'pipe' });
}

test('a project can import every entry of the package in plain Node', () => {
  const program = `
    const faces = await Promise.all(['sppgpu', 'sppgpu/node'].map((name) => import(name)));
    const shader = import.meta.resolve('sppgpu/shaders/common/grid.wgsl');
    console.log(JSON.stringify([...faces.map((face) => Object.keys(face)), (await import('node:fs')).existsSync(new URL(shader))]));`;
  writeFileSync(join(project, 'program.js'), program);
  const [both, node, shader] = JSON.parse(run('program.js')) as [string[], string[], boolean];
  expect(both).toEqual(expect.arrayContaining(['tensor', 'scope', 'conv2d', 'spatialPyramidPool']));
  expect(node).toContain('createDevice');
  expect(shader).toBe(true);
});

test('its declarations stand alone under strict TypeScript', () => {
  writeFileSync(
    join(project, 'program.ts'),
    `import { relu, scope, type Tensor, tensor } from 'sppgpu';
     import { createDevice } from 'sppgpu/node';
     const device = await createDevice();
     const y: Tensor = scope(() => relu(tensor(device, [[1, -2]])));
     const numbers: unknown = await y.array();
     console.log(numbers);`,
  );
  const options = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    types: [],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
  let problems = '';
  try {
    run(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');
  } catch (error) {
    problems = (error as { stdout: string }).stdout;
  }
  expect(problems).toBe('');
});

test('what browsers load never names Node', () => {
  const reached = new Set(['dist/index.js']);
  for (const file of reached) {
    const code = readFileSync(root + file, 'utf8');
    for (const { target } of importsOf(file, code)) {
      expect(target).not.toMatch(/^node:|^webgpu$|^@sparticuz/);
      if (target.startsWith('dist/')) reached.add(target.replace(/\.ts$/, '.js'));
    }
  }
});

test('the command line starts with a shebang, can be executed and knows its version', () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
  expect(readFileSync(`${root}dist/cli.js`, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n(?!#!)/);
  accessSync(`${root}dist/cli.js`, constants.X_OK);
  expect(run(join(root, 'dist/cli.js'), '--version').trim()).toBe(version);
});

test('pages get shaders without comments, readers of the command line get them with all', () => {
  const shader = run(join(root, 'dist/cli.js'), 'ops', '--shader', 'flip');
  expect(shader).toContain('// Preludes: ');
  expect(shader).toContain('params.flipped');
  const shaders = readFileSync(`${root}dist/shaders.js`, 'utf8');
  expect(shaders).toContain('movement/flip.wgsl');
  expect(shaders).not.toContain('// Preludes: ');
  // The uniform's own name is read by nobody but the shader; those of its fields are.
  expect(shaders).not.toMatch(/\bparams\.\w/);
});

test('the packed files are the library, its declarations and its shaders', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  const wanted = [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/node.js',
    'dist/node.d.ts',
    'dist/cli.js',
    'LICENSE',
    'README.md',
  ];
  const missing = [...wanted, ...filesBelow('shaders', /\.wgsl$/)].filter((path) => !paths.includes(path));
  expect(missing).toEqual([]);
  expect(paths.filter((path) => !/^(dist|shaders)\/|^[A-Z]+(\.md)?$|^package\.json$/.test(path))).toEqual([]);
});
