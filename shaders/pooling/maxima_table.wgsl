// One pass of a table of running maxima (a sparse table) over maps with channels last (conv/pack_maps.wgsl): blocks of twice the length
// along one axis, each the better of two neighbouring ones. Of equal values the smaller position wins, NaN wins over everything.
//
//   maxima: [log2 rows of a block][log2 columns][image][row][column][depth4] vec4f; the first table is the map itself
//   places: the same of positions in the plane; those of the first table are not stored, but known
// A block that would leave the map is cut off there; nobody asks for it.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/nan_vector.wgsl, pooling/best_of_four.wgsl.
struct Params {
  size: u32, // blocks to make, times depth4
  source: u32, // positions of the shorter and of the longer blocks, in vec4
  to: u32,
  stride: u32, // vec4 from a cell to the next along the axis
  length: u32, // cells of the axis
  reach: u32, // cells of a shorter block along the axis
  depth4: u32,
  cells: u32, // of a map
  first: u32, // vec4 of the first table: the cells of the maps themselves
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> maxima: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> places: array<vec4u>;

override WG: u32 = 64;

fn maximum_at(at: u32) -> Best {
  var place = vec4u();
  if (INDICES) {
    let cell = divide(at, params.depth4);
    let known = vec4u(cell - divide(cell, params.cells) * params.cells);
    place = select(places[at], known, at < params.first);
  }
  return Best(maxima[at], place);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let cell = divide(i, params.stride);
  let along = cell - divide(cell, params.length) * params.length;
  let at = params.source + i;
  let best = better_of(maximum_at(at), maximum_at(at + min(params.reach, params.length - 1u - along) * params.stride));
  maxima[params.to + i] = best.value;
  if (INDICES) { places[params.to + i] = best.index; }
}
