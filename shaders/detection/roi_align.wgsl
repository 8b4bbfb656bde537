// The mean of each bin of each box on a map [images, channels, rows, columns], from the weights of both axes
// (roi_weights.wgsl). A box on an image that does not exist gives NaN.
// Preludes: common/grid.wgsl, common/divide.wgsl, common/special.wgsl, detection/roi.wgsl.
struct Params {
  size: u32,
  images: u32,
  channels: u32,
  map: vec2u, // rows, columns
  bins: vec2u,
  scale: f32,
  aligned: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> boxes: array<f32>; // [boxes, 5]
@group(0) @binding(3) var<storage, read> rows: array<f32>; // [boxes, bins.x, map.x]
@group(0) @binding(4) var<storage, read> columns: array<f32>; // [boxes, bins.y, map.y]
@group(0) @binding(5) var<storage, read_write> y: array<f32>; // [boxes, channels, bins.x, bins.y]

// Cells that a bin may read: first and end.
fn reach(span: vec2f, bin: u32, cells: u32) -> vec2u {
  let low = span.x + f32(bin) * span.y;
  let first = clamp(floor(min(low, low + span.y)), 0.0, f32(cells) - 1.0);
  let end = clamp(floor(max(low, low + span.y)) + 2.0, 1.0, f32(cells));
  return vec2u(u32(first), u32(end));
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
  let line = divide(i, params.bins.y);
  let column = i - line * params.bins.y;
  let plane = divide(line, params.bins.x);
  let row = line - plane * params.bins.x;
  let box = divide(plane, params.channels);
  let channel = plane - box * params.channels;
  let first = box * 5u;
  let corners = array<f32, 5>(boxes[first], boxes[first + 1u], boxes[first + 2u], boxes[first + 3u], boxes[first + 4u]);
  if (!(corners[0] >= 0.0 && corners[0] < f32(params.images))) {
    y[i] = nan();
    return;
  }
  let image = u32(corners[0]);
  let down = reach(bin_of(corners, 0u, params.bins.x, params.scale, params.aligned != 0u), row, params.map.x);
  let across = reach(bin_of(corners, 1u, params.bins.y, params.scale, params.aligned != 0u), column, params.map.y);
  var total = 0.0;
  for (var r = down.x; r < down.y; r++) {
    let share = rows[(box * params.bins.x + row) * params.map.x + r];
    if (share == 0.0) { continue; }
    let start = ((image * params.channels + channel) * params.map.x + r) * params.map.y;
    for (var c = across.x; c < across.y; c++) {
      let weight = columns[(box * params.bins.y + column) * params.map.y + c];
      if (weight != 0.0) { total += share * weight * x[start + c]; }
    }
  }
  y[i] = total;
}
