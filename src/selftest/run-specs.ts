/** All cases of the chosen ops, one after the other. Whoever imports this file carries every case and every reference. */
import type { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import { bindingOf } from './bindings.js';
import { runCase, type SelftestRow } from './run-case.js';
import { specs } from './specs.js';

export interface SelftestOptions {
  /** Only these ops; all by default. */
  ops?: readonly string[];
  /** Called as each case is done. */
  onRow?: (row: SelftestRow, done: number, total: number) => void;
}

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

/** @throws SppgpuError for an op that does not exist; DeviceLostError when the device goes away. */
export async function runSelftest(device: Device, { ops, onRow }: SelftestOptions): Promise<SelftestResult> {
  checkOps(ops);
  const chosen = specs.filter((spec) => ops?.includes(spec.op) ?? true);
  const total = chosen.reduce((sum, spec) => sum + spec.cases.length, 0);
  const rows: SelftestRow[] = [];
  for (const spec of chosen) {
    for (const opCase of spec.cases) {
      const row = await runCase(device, spec, opCase, bindingOf(spec.op)!);
      rows.push(row);
      onRow?.(row, rows.length, total);
    }
  }
  return { ok: rows.every((row) => row.ok), adapter: device.info.name, rows };
}
