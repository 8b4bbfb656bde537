/** Every op's cases on one device, against the float64 references. */
import type { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { bindingOf } from './bindings.js';
import { runCase, type SelftestRow } from './run.js';
import { specs } from './specs.js';

export interface SelftestOptions {
  /** Only these ops; all by default. */
  ops?: readonly string[];
  /** Called as each case is done. */
  onRow?: (row: SelftestRow, done: number, total: number) => void;
}

const NAMES: OptionNames<SelftestOptions> = { ops: true, onRow: true };

export interface SelftestResult {
  ok: boolean;
  /** The adapter's name. */
  adapter: string;
  rows: SelftestRow[];
}

/** @throws SppgpuError for an op that does not exist */
export function checkOps(ops: readonly string[] = []): void {
  const stranger = ops.find((op) => !specs.some((spec) => spec.op === op));
  if (stranger === undefined) return;
  throw new SppgpuError(`selftest: there is no op "${stranger}"; choose from ${specs.map((s) => s.op).join(', ')}`);
}

/**
 * Checks forward values and gradients of every op on `device`.
 * @throws SppgpuError for an op that does not exist; DeviceLostError when the device goes away.
 */
export async function runSelftest(device: Device, options: SelftestOptions = {}): Promise<SelftestResult> {
  checkOptions('runSelftest', options, NAMES);
  checkOps(options.ops);
  const chosen = specs.filter((spec) => options.ops?.includes(spec.op) ?? true);
  const total = chosen.reduce((sum, spec) => sum + spec.cases.length, 0);
  const rows: SelftestRow[] = [];
  for (const spec of chosen) {
    for (const opCase of spec.cases) {
      const row = await runCase(device, spec, opCase, bindingOf(spec.op)!);
      rows.push(row);
      options.onRow?.(row, rows.length, total);
    }
  }
  return { ok: rows.every((row) => row.ok), adapter: device.info.name, rows };
}
