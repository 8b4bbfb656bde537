/** The templates of docs/many-machines.md, as far as they can be tried without a cluster. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sppgpuProgram } from '../../src/cli/program.js';
import { shardFromEnvironment } from '../../src/work/shard-environment.js';
import { root } from '../tooling/repository.js';
import { codeBlocks } from './examples.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const blocks = codeBlocks(readFileSync(`${root}docs/many-machines.md`, 'utf8'));
const scripts = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code);

/** Programs that write down how they were called. */
const calls = join(folder, 'calls');
for (const name of ['sppgpu', 'sbatch']) {
  const script = `#!/bin/sh\nprintf '%s\\n' "${name} $* | $SPPGPU_SHARDS $SLURM_ARRAY_TASK_ID" >>'${calls}'\n`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
}
writeFileSync(join(folder, 'srun'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });

function ran(script: string, env: Readonly<Record<string, string>>): string[] {
  writeFileSync(calls, '');
  execFileSync('bash', ['-s'], { input: script, env: { PATH: `${folder}:${process.env.PATH}`, ...env } });
  return readFileSync(calls, 'utf8').split('\n').filter(Boolean);
}

/** Whether the command line takes these words; the work itself is not begun. */
async function parses(words: readonly string[]): Promise<void> {
  const program = await sppgpuProgram(words);
  const command = program.commands.find((own) => own.name() === words[0])!;
  const { unknown } = command.parseOptions([...words.slice(1)]);
  expect(unknown).toEqual([]);
}

test('every script is sound for the shell', () => {
  expect(scripts.length).toBeGreaterThanOrEqual(3);
  for (const script of scripts) execFileSync('bash', ['-n'], { input: script });
});

test('the Slurm script runs one command per task, which is a shard of as many as the array has', async () => {
  const script = scripts.find((code) => code.includes('#SBATCH --array'))!;
  const [, last] = /--array=1-(\d+)/.exec(script)!;
  const env = { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_JOB_ID: '9' };
  const [line, ...more] = ran(script, env);
  expect(more).toEqual([]);
  const [command, said] = line!.split(' | ');
  expect(said).toBe(`${last} 3`);
  await parses(command!.split(' ').slice(1));
  expect(shardFromEnvironment({ ...env, SPPGPU_SHARDS: last! })?.shard).toEqual({ index: 3, count: Number(last) });
  const [array, merge] = ran(scripts.find((code) => code.includes('--dependency'))!, {});
  expect(array).toMatch(/^sbatch --parsable features\.sbatch /);
  await parses(/--wrap (?:sppgpu )(.*) \| /.exec(merge!)![1]!.split(' '));
});

test('the Kubernetes job: each pod is a shard of as many as there are', async () => {
  const [block] = blocks.filter(({ language }) => language === 'yaml');
  const job = parse(block!.code) as {
    readonly kind: string;
    readonly spec: {
      readonly completionMode: string;
      readonly completions: number;
      readonly template: { readonly spec: { readonly containers: readonly Container[] } };
    };
  };
  const { completionMode, completions, template } = job.spec;
  const [{ command, args, env }] = template.spec.containers as readonly [Container];
  expect([job.kind, completionMode]).toEqual(['Job', 'Indexed']);
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  for (const index of [0, completions - 1]) {
    const found = shardFromEnvironment({ ...variables, JOB_COMPLETION_INDEX: String(index) });
    expect(found?.shard).toEqual({ index: index + 1, count: completions });
  }
  await parses([...command, ...args].slice(1));
});

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}
