// c = apply(a, b) for inputs that broadcast or are strided views, one element an invocation.
// Preludes: common/types/*.wgsl (Element), common/grid.wgsl, common/strided.wgsl, elementwise/binary/*.wgsl (apply, Result).
struct Params {
  size: u32,
  rank: u32,
  p: f32,
  q: f32,
  dims: array<vec4u, 2>,
  a_strides: array<vec4u, 2>,
  b_strides: array<vec4u, 2>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Element>;
@group(0) @binding(2) var<storage, read> b: array<Element>;
@group(0) @binding(3) var<storage, read_write> c: array<Result>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let left = a[strided_offset(i, params.rank, params.dims, params.a_strides)];
  let right = b[strided_offset(i, params.rank, params.dims, params.b_strides)];
  c[i] = apply(vec4<Element>(left), vec4<Element>(right), params.p, params.q).x;
}
