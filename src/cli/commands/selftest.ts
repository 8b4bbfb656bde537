import type { Command } from 'commander';
import { textTable } from '../../report/text-table.js';
import { SppgpuError } from '../../runtime/errors.js';
import { checkOps } from '../../selftest/run-specs.js';
import { runSelftest } from '../../selftest/selftest.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { type CommonOptions, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { Progress } from '../progress.js';

interface SelftestCommandOptions extends CommonOptions {
  readonly op?: string[];
}

/** `sppgpu selftest`: every op, forward and gradient, against float64 references on this machine's adapter. */
export function addSelftest(program: Command): void {
  const command = program
    .command('selftest')
    .description('check every op, forward and gradient, on this adapter against float64 references')
    .optionsGroup(GROUPS.common)
    .option('--op <names...>', 'only these ops');
  withCommonOptions(command).action(selftest);
}

async function selftest(options: SelftestCommandOptions): Promise<void> {
  asUsage(() => checkOps(options.op));
  await withDevice(options, async (device) => {
    let bar: Progress | null = null;
    const result = await runSelftest(device, {
      ...(options.op ? { ops: options.op } : {}),
      onRow: (_, done, total) => {
        bar ??= new Progress('selftest', total, 'cases');
        bar.update(done);
      },
    });
    (bar as Progress | null)?.stop();
    const { ok, adapter, rows } = result;
    if (options.json) {
      // An infinite error becomes null there: the row's `ok` and `message` say what it means.
      printJson({ ok, adapter, rows });
    } else {
      const shown = rows.map((row) => [
        row.op,
        row.case,
        error(row.forward),
        error(row.gradient),
        row.ok ? 'ok' : 'WRONG',
      ]);
      print(`${textTable(['op', 'case', 'forward', 'gradient', 'verdict'], shown)}\n`);
    }
    const wrong = rows.filter((row) => !row.ok);
    for (const { op, case: name, message } of wrong) say(`${op}, ${name}: ${message}`);
    say(`${rows.length - wrong.length} of ${rows.length} cases agree on ${adapter}`);
    if (wrong.length > 0) {
      const named = [...new Set(wrong.map((row) => row.op))].join(', ');
      throw new SppgpuError(
        `selftest: ${wrong.length} cases disagree (${named}); results of these ops cannot be trusted on this driver, update it or choose another --device`,
      );
    }
  });
}

function error(value: number | null): string {
  return value === null ? '' : value === 0 ? '0' : value.toExponential(1);
}
