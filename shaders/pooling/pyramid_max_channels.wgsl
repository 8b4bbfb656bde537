// Spatial pyramid max pooling over a map with channels last (conv/pack_maps.wgsl): one invocation per bin and four channels.
// Improves on pyramid_max.wgsl where loads cost most: neighbouring invocations have neighbouring channels of one bin, so that they
// run the same loops and each load is one vec4 next to the others'. The map is packed once, however many windows read it.
//
//   x: [image][row][column][depth4] vec4f
// Output, ties, NaN and invalid windows are those of pyramid_max.wgsl.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/nan_vector.wgsl, pooling/pyramid.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
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
  let depth4 = (params.channels + 3u) / 4u;
  if (i >= params.rows * params.bins * depth4) { return; }
  let four = i % depth4;
  let bin = (i / depth4) % params.bins;
  let row = i / depth4 / params.bins;
  var level = params.table[0];
  for (var l = 1u; l < params.levels; l++) {
    if (bin >= params.table[l].z) { level = params.table[l]; }
  }
  let per_channel = level.x * level.y;
  let to = (row * params.bins + level.z) * params.channels + 4u * four * per_channel + bin - level.z;
  let count = min(4u, params.channels - 4u * four);
  let window = window_of(row);
  if (!window.valid) {
    for (var k = 0u; k < count; k++) {
      y[to + k * per_channel] = bitcast<f32>(params.rows | 0x7fc00000u); // NaN; constant NaNs do not compile
      if (INDICES) { indices[to + k * per_channel] = -1; }
    }
    return;
  }
  let cells = bin_cells(window, level, bin - level.z);
  let map = window.image * params.height * params.width;
  var best_index = vec4u(cells.x * params.width + cells.y);
  var best = x[(map + best_index.x) * depth4 + four];
  for (var yy = cells.x; yy < cells.z; yy++) {
    for (var xx = cells.y; xx < cells.w; xx++) {
      let at = yy * params.width + xx;
      let value = x[(map + at) * depth4 + four];
      let better = (value > best) | (nans(value) & !nans(best));
      best = select(best, value, better);
      if (INDICES) { best_index = select(best_index, vec4u(at), better); }
    }
  }
  for (var k = 0u; k < count; k++) {
    y[to + k * per_channel] = best[k];
    if (INDICES) { indices[to + k * per_channel] = i32(best_index[k]); }
  }
}
