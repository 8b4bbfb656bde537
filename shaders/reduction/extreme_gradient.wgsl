// The gradient of max or min: an element that is its group's first extreme takes the group's gradient, the others 0.
// Preludes: common/grid.wgsl, common/strided.wgsl.
struct Params {
  size: u32,
  rank: u32,
  dims: array<vec4u, 2>,
  strides: array<vec4u, 2>, // of the groups; 0 along reduced axes
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> places: array<u32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let group = strided_offset(i, params.rank, params.dims, params.strides);
  var value = 0.0;
  if (places[group] == i) { value = gradient[group]; }
  dx[i] = value;
}
