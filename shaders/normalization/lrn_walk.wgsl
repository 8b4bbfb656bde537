// Sums over windows along one axis of the maps: channels, or rows of a channel, each with a few neighbouring columns. As `direct` an
// invocation makes one result. As a walk (RING) it makes many, one after the other, and keeps what the steps of the window gave in
// registers: each is loaded once for all results that it has a part in, and nothing is divided to find a place. The window is added
// anew for each result in a fixed order, not kept as a running sum: that would carry an infinity, and its own rounding, on to the end.
// A kernel brings `part(at)`, what a cell gives to the window, and `store(at, sum)`.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // invocations: blocks, chunks of the walk, columns
  columns: u32, // cells of a step, which neighbouring invocations have
  length: u32, // steps of a block
  walk: u32, // steps of an invocation
  chunks: u32, // of a block
  before: u32, // steps of the window before and after its middle
  after: u32,
  reach: u32, // columns of the window to each side
  alpha: f32,
  beta: f32,
}
@group(0) @binding(0) var<uniform> params: Params;

override WG: u32 = 64;
override RING: bool = false; // the window has at most MOST_STEPS steps

const MOST_STEPS = 9u;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let line = divide(i, params.columns);
  let block = divide(line, params.chunks);
  let column = i - line * params.columns;
  let start = block * params.length * params.columns;
  let left = max(column, params.reach) - params.reach;
  let right = min(column + params.reach, params.columns - 1u);
  let first = (line - block * params.chunks) * params.walk;
  var window: array<f32, MOST_STEPS>;
  var next = max(first, params.before) - params.before; // step
  for (var step = first; step < min(first + params.walk, params.length); step++) {
    var sum = 0.0;
    for (; next <= step + params.after; next++) {
      var given = 0.0;
      if (next < params.length) {
        for (var at = left; at <= right; at++) { given += part(start + next * params.columns + at); }
      }
      if (RING) {
        for (var k = 1u; k < MOST_STEPS; k++) { window[k - 1u] = window[k]; }
        window[MOST_STEPS - 1u] = given;
      } else {
        sum += given;
      }
    }
    if (RING) {
      for (var k = 0u; k < MOST_STEPS; k++) {
        sum += select(0.0, window[k], k + params.before + params.after + 1u >= MOST_STEPS);
      }
    }
    store(start + step * params.columns + column, sum);
  }
}
