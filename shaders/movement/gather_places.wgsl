// The flat places in x [outer, n, inner] that a gather along the middle axis reads: for each element of indices
// [rows, count, columns], its own row and column with the index between them. The indices may cover a part of the other
// axes only. An index outside 0 .. n - 1 gives -1.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // of indices
  n: i32,
  stride: i32, // of the gathered axis in x
  rank: u32,
  dims: array<vec4u, 2>, // of indices, outermost first
  strides: array<vec4u, 2>, // of x, 0 along the gathered axis
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> places: array<i32>;

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
  var place = 0u;
  for (var axis = i32(params.rank) - 1; axis >= 0; axis--) {
    let dim = params.dims[axis / 4][axis % 4];
    place += rest % dim * params.strides[axis / 4][axis % 4];
    rest /= dim;
  }
  let index = indices[i];
  places[i] = select(-1, i32(place) + index * params.stride, index >= 0 && index < params.n);
}
