/**
 * Local SGD on the demo's digits: accuracy and pictures/s by the number of replicas and the steps between two averages, beside a run
 * without. Wants a build. `node bench/run.mjs bench/replicas.ts [DEVICE [REPLICASxSTEPS...]]`; 0x0 is the run without.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [device = 'auto', ...asked] = process.argv.slice(2);
const cases = asked.length > 0 ? asked : ['0x0', '1x16', '2x16', '4x16', '2x1', '4x1'];
const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sppgpu-replicas-'));
const run = ['train', '--data', 'digits', '--model', 'digits', '--batch-size', '64', '--lr', '0.02', '--epochs', '1'];

try {
  for (const name of cases) {
    const [replicas, steps] = name.split('x');
    const spread = replicas === '0' ? [] : ['--replicas', replicas!, '--local-steps', steps!];
    const out = ['--out', join(folder, name), '--device', device, '--json'];
    const begun = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...run, ...spread, ...out], {
      encoding: 'utf8',
      env: { ...process.env, SPPGPU_QUEUE: undefined },
    });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    const epochs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
    const { imagesPerSecond, loss, validationTop1 } = epochs.at(-1)!;
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(
      JSON.stringify({
        replicas: Number(replicas),
        steps: Number(steps),
        loss,
        validationTop1,
        imagesPerSecond,
        seconds,
      }),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
