// c = apply(a, b) for dense inputs of one shape, four elements per invocation.
// Preludes: common/grid.wgsl, elementwise/binary/*.wgsl (apply, Result).
struct Params { size: u32, p: f32, q: f32 } // size in vectors; p and q are constants of the op
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<Element>>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4<Result>>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i < params.size) { c[i] = apply(a[i], b[i], params.p, params.q); }
}
