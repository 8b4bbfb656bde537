/**
 * The engines of matrix units, on any device: what they ask of a subgroup is written out as loops. So whatever an engine does around
 * its units is tried in all cases of its ops, for sizes of units that no adapter here has.
 */
import { expect, test } from 'vitest';
import { bindingOf } from '../../src/selftest/bindings.js';
import { runCase } from '../../src/selftest/run-case.js';
import { specs } from '../../src/selftest/specs.js';
import { openTestDevice } from '../setup/device.js';

/** Matrices that are read are a place and a stride; of their product an invocation of the subgroup keeps a share. */
const LOOPS = `
const LANES = INVOCATIONS / 4;
alias Share = array<f32, UNIT * UNIT / LANES>;
var<private> lane: u32;
fn multiplied(left: vec2u, right: vec2u, before: Share) -> Share {
  var sum = before;
  for (var i = 0u; i < UNIT * UNIT / LANES; i++) {
    let row = (i * LANES + lane) / UNIT;
    let column = lane % UNIT;
    for (var k = 0u; k < UNIT; k++) {
      sum[i] += staged_rows[left.x + row * left.y + k] * staged_columns[right.x + k * right.y + column];
    }
  }
  return sum;
}
fn stored(at: u32, share: Share, stride: u32) {
  for (var i = 0u; i < UNIT * UNIT / LANES; i++) {
    results[at + (i * LANES + lane) / UNIT * stride + lane % UNIT] = share[i];
  }
}`;

function writtenOut(code: string): string {
  return code
    .replaceAll(/^enable .*$/gmu, '')
    .replaceAll(/\bf16\b/gu, 'f32')
    .replaceAll(/subgroup_matrix_result<[^>]*>/gu, 'Share')
    .replaceAll(/subgroupMatrixLoad<.*row_major>\(\s*&\w+,/gu, 'vec2u(')
    .replaceAll('subgroupMatrixMultiplyAccumulate', 'multiplied')
    .replaceAll('subgroupMatrixStore<row_major>(&results,', 'stored(')
    .replace('@builtin(subgroup_id) subgroup: u32,', '')
    .replace('let my_row = ', 'lane = local % LANES;\n  let subgroup = local / LANES;\n  let my_row = ')
    .concat(LOOPS);
}

// Subgroups of 32 lanes: of the other rungs none needs these, so that none runs where it cannot.
test.each(['matmul', 'conv2d'])('%s by matrix16 with its units written out', async (op) => {
  const device = await openTestDevice();
  let compiled = 0;
  try {
    Object.assign(device.info, { subgroupSize: 32, matrixUnits: ['16x16x16'] });
    const create = device.gpu.createShaderModule.bind(device.gpu);
    device.gpu.createShaderModule = ({ label, code }) => {
      const engine = code.includes('subgroupMatrixLoad');
      compiled += Number(engine);
      return create({ ...(label && { label }), code: engine ? writtenOut(code) : code });
    };
    const spec = specs.find((each) => each.op === op)!;
    const halves = spec.cases.filter(({ inputs }) => inputs[0]!.dtype === 'f16');
    expect(halves.length).toBeGreaterThan(3);
    for (const opCase of halves) {
      const asked = { ...opCase, attrs: { ...opCase.attrs, algorithm: 'matrix16' } };
      expect(await runCase(device, spec, asked, bindingOf(op)!)).toEqual(expect.objectContaining({ ok: true }));
    }
    expect(compiled).toBe(op === 'matmul' ? 1 : 2);
  } finally {
    device.dispose();
  }
});
