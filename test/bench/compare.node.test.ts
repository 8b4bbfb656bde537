/** The comparison ends by itself, whatever goes wrong at its start. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../io/temp-folder.js';
import { root } from '../tooling/repository.js';

function compare(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [`${root}bench/run.mjs`, `${root}bench/compare.ts`, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

test('an unknown runner is named before any is started', async () => {
  expect(await compare(['--runners', 'sppgpu,foo', '--cases', 'matmul_1024'])).toEqual({
    code: 1,
    stderr: 'bench: no runner "foo"; there are sppgpu, tfjs, jax, ort, tfjs-wasm, jax-wasm, torch\n',
  });
});

test('a library whose process dies is left out with the last line that it wrote', async () => {
  const python = join(tempFolder(), 'python');
  writeFileSync(python, '#!/bin/sh\necho Traceback >&2\necho "ModuleNotFoundError: no torch" >&2\nexit 3\n', {
    mode: 0o755,
  });
  const { code, stderr } = await compare(['--runners', 'torch', '--cases', 'matmul_1024'], { PYTHON: python });
  expect(code).toBe(1);
  expect(stderr.split('\n')).toContain(
    'torch is left out: the process of torch ended with code 3: ModuleNotFoundError: no torch',
  );
});
