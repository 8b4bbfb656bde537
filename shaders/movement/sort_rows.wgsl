// One pass of a stable merge sort of the places 0 .. n - 1 of every row of x [rows, n] by the value there: every pair of
// neighbouring sorted runs of `width` places becomes one run. Each invocation moves one place: behind its own run's earlier
// ones and those of the other run that come before it, found by bisection. NaN counts as larger than everything.
// Preludes: common/nans/{f32,i32,u32}.wgsl (Element, nans), common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, n: u32, width: u32 } // size: rows * n
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> before: array<i32>; // not read at width 1: the places in their own order
@group(0) @binding(3) var<storage, read_write> after: array<i32>;

override DESCENDING: bool = false;

fn place_at(row: u32, i: u32) -> u32 {
  if (params.width == 1u) { return i; }
  return u32(before[row + i]);
}

// Whether a comes strictly before b.
fn precedes(a: Element, b: Element) -> bool {
  let lower = select(a, b, DESCENDING);
  let upper = select(b, a, DESCENDING);
  return !nans(vec4<Element>(lower)).x && (nans(vec4<Element>(upper)).x || lower < upper);
}

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let line = divide(i, params.n);
  let row = line * params.n;
  let at = i - row;
  let start = at / params.width / 2u * 2u * params.width;
  let middle = min(start + params.width, params.n);
  let end = min(middle + params.width, params.n);
  let in_left = at < middle;
  let place = place_at(row, at);
  let value = x[row + place];
  // How many of the other run come before: of the right one those that precede, of the left one equal ones as well.
  let other = select(start, middle, in_left);
  var low = other;
  var high = select(middle, end, in_left);
  while (low < high) {
    let probe = (low + high) / 2u;
    let found = x[row + place_at(row, probe)];
    let earlier = select(!precedes(value, found), precedes(found, value), in_left);
    if (earlier) { low = probe + 1u; } else { high = probe; }
  }
  let own = select(middle, start, in_left);
  after[row + start + (at - own) + (low - other)] = i32(place);
}
