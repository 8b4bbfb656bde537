import type { Command } from 'commander';
import { opTable } from '../../ops/table.js';
import { printJson } from '../options.js';
import { textTable } from '../table.js';

/** `sppgpu ops`: the table of ops. Needs no device. */
export function addOps(program: Command): void {
  program
    .command('ops')
    .description('every op: family, element types, which inputs get a gradient')
    .option('--json', 'machine-readable output on stdout')
    .action(ops);
}

function ops({ json }: { readonly json?: boolean }): void {
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
  process.stdout.write(`${textTable(['op', 'family', 'types', 'gradient', 'what it does'], rows)}\n`);
}
