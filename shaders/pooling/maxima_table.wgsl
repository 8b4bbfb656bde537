// One pass of a table of running maxima (a sparse table) over maps of four channels side by side: blocks of twice the length along one
// axis, each the better of two neighbouring ones. Of equal values the smaller position wins, NaN wins over everything.
//
//   maxima: [log2 rows of a block][log2 columns][image][four channels][row][column] vec4f; the first table is the map itself
//   places: the same of positions in the plane; those of the first table are not stored, but known
// An invocation goes along the axis in steps of the shorter blocks, so that it reads each of them once. A block that would leave the map
// is cut off there; nobody asks for it.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/nan_vector.wgsl, pooling/best_of_four.wgsl.
struct Params {
  size: u32, // invocations
  source: u32, // positions of the shorter and of the longer blocks, in vec4
  to: u32,
  stride: u32, // vec4 from a cell to the next along the axis
  length: u32, // cells of the axis
  reach: u32, // cells of a shorter block along the axis
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
    let known = vec4u(at - divide(at, params.cells) * params.cells);
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
  let line = divide(i, params.stride);
  let lines = divide(line, params.reach);
  let start = (lines * params.length + line - lines * params.reach) * params.stride + i - line * params.stride;
  let end = (lines + 1u) * params.length * params.stride;
  var best = maximum_at(params.source + start);
  for (var block = start; block < end; block += params.reach * params.stride) {
    let next = min(block + params.reach * params.stride, end - 1u);
    let behind = maximum_at(params.source + next);
    let longer = better_of(best, behind);
    maxima[params.to + block] = longer.value;
    if (INDICES) { places[params.to + block] = longer.index; }
    best = behind;
  }
}
