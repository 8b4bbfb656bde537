// output = condition != 0 ? a : b for inputs that broadcast, one element an invocation. Values are moved as bits.
// Preludes: common/grid.wgsl, common/strided.wgsl.
struct Params {
  size: u32,
  rank: u32,
  dims: array<vec4u, 2>,
  condition_strides: array<vec4u, 2>,
  a_strides: array<vec4u, 2>,
  b_strides: array<vec4u, 2>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> condition: array<u32>;
@group(0) @binding(2) var<storage, read> a: array<u32>;
@group(0) @binding(3) var<storage, read> b: array<u32>;
@group(0) @binding(4) var<storage, read_write> output: array<u32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  if (condition[strided_offset(i, params.rank, params.dims, params.condition_strides)] != 0u) {
    output[i] = a[strided_offset(i, params.rank, params.dims, params.a_strides)];
  } else {
    output[i] = b[strided_offset(i, params.rank, params.dims, params.b_strides)];
  }
}
