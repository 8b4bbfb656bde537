// Gradient of spatial pyramid pooling: one invocation per input cell gathers from the bins that cover it. The rung for GPUs;
// pyramid_max_gradient.wgsl and pyramid_avg_gradient.wgsl are the ones for CPUs, and add in the same order.
// A cell d of a of n bins lies in bins floor(d n / a) to ceil((d + 1) n / a) - 1: two at most where n divides into a,
// more where bins repeat cells.
// Preludes: common/grid.wgsl, common/divide.wgsl, pooling/pyramid.wgsl, pooling/{pyramid_gather_max,pyramid_gather_avg}.wgsl (what a cell gets).
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  let cells = params.height * params.width;
  if (i >= params.planes * cells) { return; }
  let plane = i / cells;
  let cell = i % cells;
  let image = plane / params.channels;
  let channel = plane % params.channels;
  let at = vec2u(cell / params.width, cell % params.width);
  let listed = params.has_windows != 0u;
  let first_row = select(image, 0u, listed);
  let end_row = select(image + 1u, params.rows, listed);
  var sum = 0.0;
  for (var row = first_row; row < end_row; row++) {
    let window = window_of(row);
    let corner = vec2u(window.top, window.left);
    let size = vec2u(window.bottom, window.right) - corner;
    let inside = at - corner; // wraps to a large number before the corner
    if (!window.valid || window.image != image || any(inside >= size)) { continue; }
    for (var l = 0u; l < params.levels; l++) {
      let level = params.table[l];
      let first = (row * params.bins + level.z) * params.channels + channel * level.x * level.y;
      let low = inside * level.xy / size;
      let high = ((inside + 1u) * level.xy + size - 1u) / size;
      for (var down = low.x; down < high.x; down++) {
        for (var across = low.y; across < high.y; across++) {
          let bin = down * level.y + across;
          sum += share_of(first + bin, cell, window, level, bin);
        }
      }
    }
  }
  dx[i] = sum;
}
