// The gradient of roi_align.wgsl to the map: every cell gathers from the bins of all boxes that read it, in their order.
// Preludes: common/grid.wgsl, common/divide.wgsl, detection/roi.wgsl.
struct Params {
  size: u32,
  count: u32, // boxes
  channels: u32,
  map: vec2u, // rows, columns
  bins: vec2u,
  scale: f32,
  aligned: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>; // [count, channels, bins.x, bins.y]
@group(0) @binding(2) var<storage, read> boxes: array<f32>; // [count, 5]
@group(0) @binding(3) var<storage, read> rows: array<f32>; // [count, bins.x, map.x]
@group(0) @binding(4) var<storage, read> columns: array<f32>; // [count, bins.y, map.y]
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

// Whether any bin of a box may read a cell.
fn near(corners: array<f32, 5>, axis: u32, bins: u32, cell: u32, cells: u32) -> bool {
  let span = bin_of(corners, axis, bins, params.scale, params.aligned != 0u);
  let end = span.x + f32(bins) * span.y;
  let low = clamp(floor(min(span.x, end)), 0.0, f32(cells) - 1.0);
  return f32(cell) >= low && f32(cell) <= max(span.x, end) + 1.0;
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
  let line = divide(i, params.map.y);
  let column = i - line * params.map.y;
  let plane = divide(line, params.map.x);
  let row = line - plane * params.map.x;
  let image = divide(plane, params.channels);
  let channel = plane - image * params.channels;
  var total = 0.0;
  for (var box = 0u; box < params.count; box++) {
    let first = box * 5u;
    let corners = array<f32, 5>(boxes[first], boxes[first + 1u], boxes[first + 2u], boxes[first + 3u], boxes[first + 4u]);
    if (!(corners[0] >= 0.0 && u32(corners[0]) == image)) { continue; }
    if (!near(corners, 0u, params.bins.x, row, params.map.x)) { continue; }
    if (!near(corners, 1u, params.bins.y, column, params.map.y)) { continue; }
    for (var p = 0u; p < params.bins.x; p++) {
      let share = rows[(box * params.bins.x + p) * params.map.x + row];
      if (share == 0.0) { continue; }
      let start = ((box * params.channels + channel) * params.bins.x + p) * params.bins.y;
      for (var q = 0u; q < params.bins.y; q++) {
        let weight = columns[(box * params.bins.y + q) * params.map.y + column];
        if (weight != 0.0) { total += share * weight * gradient[start + q]; }
      }
    }
  }
  dx[i] = total;
}
