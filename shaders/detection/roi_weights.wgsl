// How much each cell of an axis counts in each bin of each box: bilinear samples in the middle of even parts of the bin. Samples
// more than a cell outside the map count nothing, others are clamped to it.
// Preludes: common/grid.wgsl, common/divide.wgsl, detection/roi.wgsl.
struct Params {
  size: u32, // boxes * bins * cells
  bins: u32,
  cells: u32,
  axis: u32,
  samples: u32, // per bin; 0: one per cell of the map, rounded up
  scale: f32,
  aligned: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> boxes: array<f32>; // [boxes, 5]
@group(0) @binding(2) var<storage, read_write> weights: array<f32>; // [boxes, bins, cells]

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let line = divide(i, params.cells);
  let cell = i - line * params.cells;
  let box = divide(line, params.bins);
  let bin = line - box * params.bins;
  let first = box * 5u;
  let corners = array<f32, 5>(boxes[first], boxes[first + 1u], boxes[first + 2u], boxes[first + 3u], boxes[first + 4u]);
  let span = bin_of(corners, params.axis, params.bins, params.scale, params.aligned != 0u);
  let samples = select(params.samples, u32(clamp(ceil(span.y), 0.0, 65536.0)), params.samples == 0u);
  let last = f32(params.cells) - 1.0;
  var total = 0.0;
  for (var s = 0u; s < samples; s++) {
    let at = span.x + (f32(bin) + (f32(s) + 0.5) / f32(samples)) * span.y;
    let inside = at >= -1.0 && at <= f32(params.cells);
    let place = clamp(at, 0.0, last);
    total += select(0.0, max(1.0 - abs(place - f32(cell)), 0.0), inside);
  }
  weights[i] = total / f32(max(samples, 1u));
}
