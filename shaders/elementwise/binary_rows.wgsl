// c = apply(a, b) for inputs that broadcast, where the innermost axis is a multiple of four long and each input either
// walks it densely or repeats one element along it: four elements per invocation.
// Preludes: common/grid.wgsl, common/strided.wgsl, elementwise/binary/*.wgsl (apply, Result).
struct Params {
  size: u32, // in vectors
  inner: u32, // vectors along the innermost axis
  a_step: u32, // stride of the innermost axis: 1 or 0
  b_step: u32,
  rank: u32, // of the outer axes
  p: f32,
  q: f32,
  dims: array<vec4u, 2>,
  a_strides: array<vec4u, 2>, // in elements
  b_strides: array<vec4u, 2>,
}
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
  if (i >= params.size) { return; }
  let outer = divide(i, params.inner);
  let first = (i - outer * params.inner) * 4u;
  let a_place = strided_offset(outer, params.rank, params.dims, params.a_strides) + first * params.a_step;
  let b_place = strided_offset(outer, params.rank, params.dims, params.b_strides) + first * params.b_step;
  let left = a[a_place / 4u];
  let right = b[b_place / 4u];
  c[i] = apply(
    select(vec4<Element>(left[a_place % 4u]), left, params.a_step != 0u),
    select(vec4<Element>(right[b_place % 4u]), right, params.b_step != 0u),
    params.p,
    params.q,
  );
}
