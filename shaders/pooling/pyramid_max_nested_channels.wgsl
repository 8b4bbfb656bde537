// Spatial pyramid max pooling over a map with channels last (conv/pack_maps.wgsl): one invocation per row (image or window) and
// four channels, coarse levels from finer ones. It joins what two rungs are good at: each cell is read about once, as in
// pyramid_max_nested.wgsl, and each read is a vec4 beside those of the neighbouring invocations, as in pyramid_max_channels.wgsl. Its
// price is the packing, which many windows on one map share.
//
//   x: [image][row][column][depth4] vec4f
// Output, ties, NaN and invalid windows are those of pyramid_max.wgsl. `table` is that of pyramid_max_nested.wgsl: coarse levels
// after the finer ones they are made from, w the line of that finer level plus one, or 0.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/nan_vector.wgsl, pooling/pyramid.wgsl,
// pooling/best_of_four.wgsl, pooling/nested_channels.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // image, y0, x0, y1, x1
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 32;

// Cells in row-major order: the first of equals stays.
fn best_of_cells(map: u32, depth4: u32, cells: vec4u) -> Best {
  let first = cells.x * params.width + cells.y;
  var best = Best(x[map + first * depth4], vec4u(first));
  for (var yy = cells.x; yy < cells.z; yy++) {
    let line = yy * params.width;
    for (var at = line + cells.y; at < line + cells.w; at++) {
      let value = x[map + at * depth4];
      let better = (value > best.value) | (nans(value) & !nans(best.value));
      best.value = select(best.value, value, better);
      if (INDICES) { best.index = select(best.index, vec4u(at), better); }
    }
  }
  return best;
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  let depth4 = (params.channels + 3u) / 4u;
  if (i >= params.rows * depth4) { return; }
  let four = i % depth4;
  let row = i / depth4;
  let count = min(4u, params.channels - 4u * four);
  let window = window_of(row);
  let map = window.image * params.height * params.width * depth4 + four;
  let result = row * params.bins * params.channels;
  for (var l = 0u; l < params.levels; l++) {
    let level = params.table[l];
    let per_channel = level.x * level.y;
    let to = result + level.z * params.channels + 4u * four * per_channel;
    if (!window.valid) {
      store_invalid(level, to, count);
    } else if (level.w == 0u) {
      for (var bin = 0u; bin < per_channel; bin++) {
        store(to + bin, per_channel, count, best_of_cells(map, depth4, bin_cells(window, level, bin)));
      }
    } else {
      let finer = params.table[level.w - 1u];
      store_coarse(level, to, finer, result + finer.z * params.channels + 4u * four * finer.x * finer.y, count);
    }
  }
}
