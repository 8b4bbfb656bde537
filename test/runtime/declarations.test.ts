import { expect, test } from 'vitest';
import { declarationsOf } from '../../src/runtime/declarations.js';
import { SppgpuError } from '../../src/runtime/errors.js';
import { defineKernel } from '../../src/runtime/kernel.js';

test('declarations are read in every spelling that WGSL has for them, and not from comments', () => {
  const text = `
    // @group(0) @binding(9) var<storage> ghost: array<f32>;
    /* override GHOST: u32 = 1; @compute @workgroup_size(1) fn ghost() {} */
    struct Inner{a:f32}
    struct Settings {
      size: u32, // of what is written
      scale: vec2<f32>, steps: vec3i, table: array<vec4<u32>, 3>,
    }
    @binding(4) @group(0)
    var < uniform > settings : Settings;
    @group(0)@binding(1)var<storage>x:array<f32>;
    @group(0) @binding( 2 ) var<storage, read_write> y: array<vec4f>;
    var<workgroup> shared_sums: array<f32, 64>;
    var<private> place: u32;
    const SIDE: u32 = 8u;
    override WG = 64u;
    override EXACT: bool = true;
    override RATE: f32 = 0.25;
    override NEEDED: u32;
    @compute
    @workgroup_size(SIDE, WG,)
    fn main(@builtin(local_invocation_index) i: u32) {}`;
  expect(declarationsOf('own.wgsl', text)).toEqual({
    bindings: { x: { binding: 1, access: 'read' }, y: { binding: 2, access: 'read_write' } },
    params: {
      binding: 4,
      fields: { size: 'u32', scale: 'vec2f', steps: 'vec3i', table: 'array<vec4u, 3>' },
    },
    overrides: { WG: 64, EXACT: 1, RATE: 0.25, NEEDED: Number.NaN },
    entry: { name: 'main', workgroupSize: [8, 'WG'] },
  });
});

test('what a kernel cannot have is said in one line', () => {
  const layoutOf = (code: string) => () => defineKernel({ path: 'own.wgsl', code }).layout;
  const main = '@compute @workgroup_size(64) fn main() {}';
  const uniform = (fields: string) => `struct P { ${fields} } @group(0) @binding(0) var<uniform> p: P; ${main}`;
  expect(layoutOf('fn helper() {}')).toThrow('kernel own has no entry point');
  expect(layoutOf(`${main} @compute @workgroup_size(1) fn other() {}`)).toThrow('more than one compute entry point');
  expect(layoutOf('@compute @workgroup_size(2 * N) fn main() {}')).toThrow(SppgpuError);
  expect(layoutOf('@compute @workgroup_size(N) fn main() {}')).toThrow('its workgroup size is N; give a number');
  expect(layoutOf(uniform('m: mat4x4<f32>'))).toThrow('P.m has the unsupported type mat4x4<f32>');
  expect(layoutOf(uniform('@align(16) a: u32'))).toThrow('unsupported type');
  expect(layoutOf(`@group(0) @binding(0) var<uniform> factor: f32; ${main}`)).toThrow('its uniform is not of a struct');
  expect(layoutOf(`${uniform('a: u32')} @group(0) @binding(1) var<uniform> q: P;`)).toThrow('more than one uniform');
});
