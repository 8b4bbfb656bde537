// Average pooling, one invocation per output. The divisor is the window clipped to the padded map (Caffe, and PyTorch's
// count_include_pad) or the cells inside the map.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // outputs
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  include_padding: u32,
  kernel: vec2u,
  stride: vec2u,
  padding: vec2u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let column = i % params.out_width;
  let row = (i / params.out_width) % params.out_height;
  let plane = i / (params.out_width * params.out_height) * params.height * params.width;
  let shape = vec2i(vec2u(params.height, params.width));
  let start = vec2i(vec2u(row, column) * params.stride) - vec2i(params.padding);
  let padded_end = min(start + vec2i(params.kernel), shape + vec2i(params.padding));
  let first = max(start, vec2i(0));
  let end = min(padded_end, shape);
  var sum = 0.0;
  for (var yy = first.x; yy < end.x; yy++) {
    for (var xx = first.y; xx < end.y; xx++) { sum += x[plane + u32(yy * shape.y + xx)]; }
  }
  let extent = select(end - first, padded_end - start, params.include_padding != 0u);
  y[i] = sum / f32(extent.x * extent.y);
}
