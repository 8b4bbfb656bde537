import type { Command } from 'commander';
import { ladderRows } from '../../ops/ladders.js';
import { opTable } from '../../ops/table.js';
import { textTable } from '../../report/text-table.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { everyKernel } from '../kernel-library.js';
import { print, printJson } from '../output.js';

interface OpsOptions {
  readonly json?: boolean;
  readonly ladders?: boolean;
  /** True without a name. */
  readonly shader?: string | true;
}

/** `sppgpu ops`: the table of ops, the ladders of their kernels, the text of their shaders. Needs no device. */
export function addOps(program: Command): void {
  program
    .command('ops')
    .description('every op: family, element types, which inputs get a gradient')
    .optionsGroup(GROUPS.common)
    .option('--ladders', 'the rungs of every kernel ladder: shader, what it needs, when it is chosen')
    .option('--shader [name]', 'the whole WGSL of a kernel, with all that goes in front; without a name, the names')
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(ops);
}

function ops({ json, ladders, shader }: OpsOptions): void {
  if (ladders) {
    printLadders(json ?? false);
    return;
  }
  if (shader) {
    printShader(shader, json ?? false);
    return;
  }
  if (json) {
    printJson(opTable);
    return;
  }
  const rows = opTable.map(({ name, family, dtypes, differentiable, summary }) => [
    name,
    family,
    dtypes.join(' '),
    differentiable.length > 0 ? `inputs ${differentiable.join(', ')}` : 'none',
    summary,
  ]);
  print(`${textTable(['op', 'family', 'types', 'gradient', 'what it does'], rows)}\n`);
}

function printLadders(json: boolean): void {
  const rows = ladderRows();
  if (json) {
    printJson(rows);
    return;
  }
  const cells = rows.map(({ family, rung, file, chooseWhen }) => [family, rung, file, chooseWhen]);
  print(`${textTable(['family', 'rung', 'shader', 'chosen for'], cells)}\n`);
}

function printShader(name: string | true, json: boolean): void {
  const kernels = everyKernel();
  const names = [...kernels.keys()].sort();
  if (name === true) {
    if (json) printJson(names);
    else print(`${names.join('\n')}\n`);
    return;
  }
  const variants = names.filter((each) => each.startsWith(`${name}(`));
  const kernel = kernels.get(name) ?? (variants.length === 1 ? kernels.get(variants[0]!) : undefined);
  if (!kernel) {
    throw new UsageError(
      variants.length > 0
        ? `ops: --shader ${name} has variants; name one of ${variants.join(', ')}`
        : `ops: --shader ${name} is not a kernel; \`sppgpu ops --shader\` lists them`,
    );
  }
  if (json) printJson({ name: kernel.name, code: kernel.code });
  else print(kernel.code.endsWith('\n') ? kernel.code : `${kernel.code}\n`);
}
