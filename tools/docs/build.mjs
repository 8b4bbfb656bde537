/**
 * The documentation's site: `node tools/docs/build.mjs build [--base /prefix/]` into dist/docs, `node tools/docs/build.mjs dev` while it is written.
 * Wants the built library, whose declarations the API reference is read from. Its generators are installed beside this file.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Runs a program to its end, silent on stdout: throws if it fails. */
function run(command, args, options = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: here('site'), stdio: ['inherit', 2, 2], ...options });
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done() : failed(new Error(`${command} ${args[0]} ended with ${code}`))));
  });
}
const packaged = (path, ...args) => run(process.execPath, [here(`site/node_modules/${path}`), ...args]);

/** Installs the generators unless those of this lock file are there. */
async function install() {
  const [lock, done] = [here('site/package-lock.json'), here('site/node_modules/.installed.json')];
  if (existsSync(done) && readFileSync(done, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.error('the generators of the site are installed (150 MB, once)');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { shell: process.platform === 'win32' });
  copyFileSync(lock, done);
}

async function assemble() {
  const { module: plugins } = await runnerImport(here('../plugins.ts'), { logLevel: 'error' });
  const options = { root: here('../..'), logLevel: 'error', plugins: plugins.sourcePlugins() };
  const { module } = await runnerImport(here('assemble.ts'), options);
  module.assemble();
}

const [command, ...rest] = process.argv.slice(2);
if (command !== 'build' && command !== 'dev') {
  console.error('usage: node tools/docs/build.mjs build [--base /prefix/], or dev');
  process.exit(2);
}
try {
  if (!existsSync(here('../../dist/index.d.ts'))) throw new Error('there is no build of the library: npm run build');
  await install();
  rmSync(here('site/pages'), { recursive: true, force: true });
  const reference = packaged('typedoc/bin/typedoc', '--options', here('site/typedoc.json'));
  await Promise.all([assemble(), reference]);
  if (command === 'dev') {
    let soon;
    watch(here('../../docs'), { recursive: true }, () => {
      clearTimeout(soon);
      soon = setTimeout(() => assemble().catch(({ message }) => console.error(message)), 100);
    });
  }
  await packaged('vitepress/bin/vitepress.js', command, here('site'), ...rest);
} catch (error) {
  console.error(`docs: ${error.message}`);
  process.exit(1);
}
