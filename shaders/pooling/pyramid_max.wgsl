// Spatial pyramid max pooling: every bin of every level in one dispatch, one invocation per bin of one channel. The rung for
// GPUs; pyramid_max_nested.wgsl is the one for CPUs.
// Output of a row: levels in the order of the table; inside a level channel, bin row, bin column.
// Ties go to the first element in row-major order; NaN wins; an invalid window gives NaN and index -1.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/nan.wgsl, pooling/pyramid.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // image, y0, x0, y1, x1
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 64;
override INDICES: bool = true; // false: `indices` is not written

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  let features = params.channels * params.bins;
  if (i >= params.rows * features) { return; }
  let row = i / features;
  let feature = i % features;
  var level = params.table[0];
  for (var l = 1u; l < params.levels; l++) {
    if (feature >= params.table[l].z * params.channels) { level = params.table[l]; }
  }
  let in_level = feature - level.z * params.channels;
  let per_channel = level.x * level.y;
  let window = window_of(row);
  if (!window.valid) {
    y[i] = bitcast<f32>(params.rows | 0x7fc00000u); // NaN; from a uniform, since constant NaNs do not compile
    if (INDICES) { indices[i] = -1; }
    return;
  }
  let cells = bin_cells(window, level, in_level % per_channel);
  let plane = (window.image * params.channels + in_level / per_channel) * params.height * params.width;
  var best_index = cells.x * params.width + cells.y;
  var best = x[plane + best_index];
  for (var yy = cells.x; yy < cells.z; yy++) {
    let line = yy * params.width;
    for (var xx = line + cells.y; xx < line + cells.w; xx++) {
      let value = x[plane + xx];
      if (value > best || (is_nan(value) && !is_nan(best))) {
        best = value;
        best_index = xx;
      }
    }
  }
  y[i] = best;
  if (INDICES) { indices[i] = i32(best_index); }
}
