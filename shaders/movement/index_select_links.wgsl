// Turns indices [count] into lists, so that the gradient of a selection can walk the places that read one row, in order and
// without atomics. links[r] for a row r < n is the first place that reads it; links[n + j] is the next place after j that
// reads the same row; `count` ends a list.
// Preludes: common/grid.wgsl.
struct Params { n: u32, count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read> places: array<u32>; // sorted by their index (index_select_sort.wgsl)
@group(0) @binding(3) var<storage, read_write> links: array<u32>; // [n + count]

override WG: u32 = 64;

// The place at a rank of the sorted ones, if it reads this row.
fn reader(rank: u32, row: i32) -> u32 {
  if (rank >= params.count) { return params.count; }
  let place = places[rank];
  return select(params.count, place, indices[place] == row);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.n + params.count) { return; }
  if (i >= params.n) {
    let place = places[i - params.n];
    links[params.n + place] = reader(i - params.n + 1u, indices[place]);
    return;
  }
  var low = 0u;
  var high = params.count;
  while (low < high) {
    let probe = (low + high) / 2u;
    if (indices[places[probe]] < i32(i)) { low = probe + 1u; } else { high = probe; }
  }
  links[i] = reader(low, i32(i));
}
