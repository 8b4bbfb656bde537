// c = apply(a, b) for any inputs that broadcast, up to four neighbours along the innermost axis an invocation.
// Preludes: common/grid.wgsl, common/strided.wgsl, elementwise/binary/*.wgsl (apply, Result).
struct Params {
  size: u32, // outer elements times runs
  runs: u32, // of four along the innermost axis, the last one perhaps shorter
  inner: u32, // length of the innermost axis
  a_step: u32, // strides of the innermost axis
  b_step: u32,
  rank: u32, // of the outer axes
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
  let outer = divide(i, params.runs);
  let first = (i - outer * params.runs) * 4u;
  let last = params.inner - 1u;
  let at = min(vec4u(first) + vec4u(0u, 1u, 2u, 3u), vec4u(last));
  let from_a = strided_offset(outer, params.rank, params.dims, params.a_strides) + at * params.a_step;
  let from_b = strided_offset(outer, params.rank, params.dims, params.b_strides) + at * params.b_step;
  let result = apply(
    vec4<Element>(a[from_a.x], a[from_a.y], a[from_a.z], a[from_a.w]),
    vec4<Element>(b[from_b.x], b[from_b.y], b[from_b.z], b[from_b.w]),
    params.p,
    params.q,
  );
  let place = outer * params.inner + first;
  for (var k = 0u; k < min(params.inner - first, 4u); k++) { c[place + k] = result[k]; }
}
