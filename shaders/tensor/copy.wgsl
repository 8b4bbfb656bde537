// Copies a strided view into another: what makes a view dense, and what joins and cuts tensors.
// Preludes: common/types/*.wgsl (Element), common/grid.wgsl, common/strided.wgsl.
struct Params {
  size: u32,
  rank: u32,
  source_offset: u32,
  target_offset: u32,
  dims: array<vec4u, 2>,
  source_strides: array<vec4u, 2>,
  target_strides: array<vec4u, 2>,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<Element>;
@group(0) @binding(2) var<storage, read_write> output: array<Element>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let from_index = params.source_offset + strided_offset(i, params.rank, params.dims, params.source_strides);
  let to_index = params.target_offset + strided_offset(i, params.rank, params.dims, params.target_strides);
  output[to_index] = source[from_index];
}
