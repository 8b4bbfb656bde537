import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device } from '../../src/runtime/device.js';
import { createDevice } from '../../src/runtime/create-device.node.js';
import { runCase } from '../../src/selftest/run.js';
import { specs } from '../../src/selftest/specs.js';
const kebab = (s: string) => s.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
let device: Device;
beforeAll(async () => { device = await createDevice(process.env.LIMIT ? { maxBindingBytes: Number(process.env.LIMIT) } : {}); }, 60_000);
afterAll(() => device?.dispose());
const only = process.env.OPS?.split(',');
const special: Record<string, (f: any) => any> = {
  cast: (f) => ([x]: any, a: any) => f(x, a.dtype), concat: (f) => (xs: any, a: any) => f(xs, a),
  pad: (f) => ([x]: any, a: any) => f(x, a.amounts, { value: a.value }), oneHot: (f) => ([x]: any, a: any) => f(x, a.classes),
  resizeBilinear: (f) => ([x]: any, a: any) => f(x, a.size), slice: (f) => ([x]: any, a: any) => f(x, a.ranges),
  reshape: (f) => ([x]: any, a: any) => f(x, a.shape), transpose: (f) => ([x]: any, a: any) => f(x, ...a.axes),
  permute: (f) => ([x]: any, a: any) => f(x, a.order), expand: (f) => ([x]: any, a: any) => f(x, a.shape),
};
const binaries = ['add','sub','mul','div','pow','maximum','minimum','equal','notEqual','less','lessEqual','greater','greaterEqual'];
test('cases', async () => {
  const bad: string[] = []; let n = 0;
  for (const spec of specs) {
    if (only && !only.includes(spec.op)) continue;
    let mod: any;
    try { mod = await import(`../../src/ops/${kebab(spec.op)}.ts`); } catch (e) { if (only) console.error(spec.op, (e as Error).message); continue; }
    const f = mod[spec.op];
    const run = special[spec.op]?.(f) ?? (binaries.includes(spec.op) ? ([x, y]: any, { left, right }: any) => (left === undefined ? f(x, y ?? right) : f(left, x)) : (ins: any, a: any) => f(...ins, a));
    for (const c of spec.cases) { n++; const r = await runCase(device, spec, c, run); if (!r.ok) bad.push(JSON.stringify(r)); }
  }
  console.error(device.info.name, n, 'cases', bad.length, 'bad\n' + bad.join('\n'));
  expect(bad.length).toBe(0);
}, 600_000);
