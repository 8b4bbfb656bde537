/** The comparison ends by itself, whatever goes wrong at its start. */
import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from '../tooling/repository.js';

function compare(...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [`${root}bench/run.mjs`, `${root}bench/compare.ts`, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

test('an unknown runner is named before any is started', async () => {
  expect(await compare('--runners', 'sppgpu,foo', '--cases', 'matmul_1024')).toEqual({
    code: 1,
    stderr: 'bench: no runner "foo"; there are sppgpu, tfjs, jax, torch\n',
  });
});
