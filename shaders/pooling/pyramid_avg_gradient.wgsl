// Gradient of spatial pyramid average pooling: one invocation owns a plane of the map, as in pyramid_max_gradient.wgsl. The
// rung for CPUs; for GPUs there is pyramid_gather.wgsl.
// Preludes: common/grid.wgsl, common/divide.wgsl, pooling/pyramid.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>; // zero before

override WG: u32 = 8; // small: few planes must still spread over all cores

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let plane = flat_index(workgroup, groups, local, WG);
  if (plane >= params.planes) { return; }
  let image = plane / params.channels;
  let channel = plane % params.channels;
  let first_cell = plane * params.height * params.width;
  let listed = params.has_windows != 0u;
  let first_row = select(image, 0u, listed);
  let end_row = select(image + 1u, params.rows, listed);
  for (var row = first_row; row < end_row; row++) {
    let window = window_of(row);
    if (!window.valid || window.image != image) { continue; }
    for (var l = 0u; l < params.levels; l++) {
      let level = params.table[l];
      let per_channel = level.x * level.y;
      let first = (row * params.bins + level.z) * params.channels + channel * per_channel;
      for (var bin = 0u; bin < per_channel; bin++) {
        let cells = bin_cells(window, level, bin);
        let share = gradient[first + bin] / f32((cells.z - cells.x) * (cells.w - cells.y));
        for (var yy = cells.x; yy < cells.z; yy++) {
          for (var xx = cells.y; xx < cells.w; xx++) { dx[first_cell + yy * params.width + xx] += share; }
        }
      }
    }
  }
}
