import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { filesBelow, root } from '../tooling/repository.js';

const lock = `${root}node_modules/.cache/sppgpu-build.lock`;
const patienceMs = 100_000;

/**
 * Builds `dist/` unless it is newer than every source, for tests of the built package; test files may call it side by side. While
 * one of them builds, the others wait: declarations are written in any order.
 */
export async function ensureBuilt(): Promise<void> {
  for (let waited = 0; existsSync(lock) || !isFresh(); waited += 200) {
    if (waited < patienceMs && !take()) {
      await setTimeout(200);
      continue;
    }
    try {
      execFileSync('npm', ['run', '--silent', 'build'], {
        cwd: root,
        stdio: 'pipe',
        shell: process.platform === 'win32',
      });
    } catch (error) {
      throw new Error(`npm run build: ${(error as { stdout: Buffer }).stdout.toString().trim().split('\n')[0]}`);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
    return;
  }
}

function isFresh(): boolean {
  const sources = [
    ...filesBelow('src', /./),
    ...filesBelow('shaders', /\.wgsl$/),
    ...filesBelow('tools', /./),
    'package.json',
    'vite.config.ts',
  ];
  const newest = Math.max(...sources.map(modified));
  return Math.min(modified('dist/cli.js'), modified('dist/index.d.ts')) > newest;
}

/** False while another process builds. */
function take(): boolean {
  try {
    mkdirSync(`${root}node_modules/.cache`, { recursive: true });
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function modified(path: string): number {
  return statSync(root + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
