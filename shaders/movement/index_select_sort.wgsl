// One pass of a merge sort of the places 0 .. count - 1 by the index that stands there: every pair of neighbouring sorted
// runs of `width` places becomes one run. Each invocation moves one place: behind its own run's earlier ones and those of
// the other run that come before it, found by bisection. Equal indices keep their order, so the result is always the same.
// Preludes: common/grid.wgsl.
struct Params { count: u32, width: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read> before: array<u32>; // not read at width 1: the places in their own order
@group(0) @binding(3) var<storage, read_write> after: array<u32>;

override WG: u32 = 64;

fn place_at(i: u32) -> u32 {
  if (params.width == 1u) { return i; }
  return before[i];
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.count) { return; }
  let start = i / params.width / 2u * 2u * params.width;
  let middle = min(start + params.width, params.count);
  let end = min(middle + params.width, params.count);
  let in_left = i < middle;
  let place = place_at(i);
  let index = indices[place];
  // How many of the other run come before: of the right one those that are smaller, of the left one equal ones as well.
  let other = select(start, middle, in_left);
  var low = other;
  var high = select(middle, end, in_left);
  while (low < high) {
    let probe = (low + high) / 2u;
    let found = indices[place_at(probe)];
    if (found < index || (found == index && !in_left)) { low = probe + 1u; } else { high = probe; }
  }
  let own = select(middle, start, in_left);
  after[start + (i - own) + (low - other)] = place;
}
