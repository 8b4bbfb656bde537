// Spatial pyramid average pooling: as pyramid_max.wgsl, with the mean of each bin.
// Preludes: common/grid.wgsl, common/divide.wgsl, pooling/pyramid.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;

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
    y[i] = bitcast<f32>(params.rows | 0x7fc00000u); // NaN
    return;
  }
  let cells = bin_cells(window, level, in_level % per_channel);
  let plane = (window.image * params.channels + in_level / per_channel) * params.height * params.width;
  var sum = 0.0;
  for (var yy = cells.x; yy < cells.z; yy++) {
    for (var xx = cells.y; xx < cells.w; xx++) { sum += x[plane + yy * params.width + xx]; }
  }
  y[i] = sum / f32((cells.z - cells.x) * (cells.w - cells.y));
}
