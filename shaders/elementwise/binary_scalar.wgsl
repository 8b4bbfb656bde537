// c = apply(a, b) where one of the two is a single element, four elements per invocation.
// Preludes: common/grid.wgsl, elementwise/binary/*.wgsl (apply, Result).
struct Params { size: u32, single_first: u32, p: f32, q: f32 } // size in vectors; single_first: 1 if a is the single one
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> many: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read> single: array<Element>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4<Result>>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let x = many[i];
  let s = vec4<Element>(single[0]);
  let first = params.single_first != 0u;
  c[i] = apply(select(x, s, first), select(s, x, first), params.p, params.q);
}
