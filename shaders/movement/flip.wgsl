// Turns the order of some axes round. Values are moved as bits.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32,
  rank: u32,
  flipped: u32, // bit a: axis a is turned round
  dims: array<vec4u, 2>, // outermost first
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  var rest = i;
  var stride = 1u;
  var place = 0u;
  for (var axis = i32(params.rank) - 1; axis >= 0; axis--) {
    let dim = params.dims[axis / 4][axis % 4];
    let at = rest % dim;
    place += select(at, dim - 1u - at, ((params.flipped >> u32(axis)) & 1u) == 1u) * stride;
    stride *= dim;
    rest /= dim;
  }
  y[i] = x[place];
}
