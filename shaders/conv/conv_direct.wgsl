// First rung: one invocation per output number of a convolution, the six loops of the definition.
// It wins where a product would be mostly padding: depthwise convolutions.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32,
  channels: u32, // of all groups
  height: u32,
  width: u32,
  out_channels: u32, // of all groups
  out_height: u32,
  out_width: u32,
  group_channels: u32,
  group_out_channels: u32,
  kernel: vec2u,
  stride: vec2i,
  padding: vec2i,
  dilation: vec2i,
  x_offset: u32,
  y_offset: u32,
  bias_offset: u32,
  has_bias: u32,
  relu: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, workgroups, local, WG);
  if (i >= params.size) {
    return;
  }
  let line = divide(i, params.out_width);
  let plane_out = divide(line, params.out_height);
  let image = divide(plane_out, params.out_channels);
  let channel = plane_out - image * params.out_channels;
  let cell = vec2i(i32(line - plane_out * params.out_height), i32(i - line * params.out_width));
  let first_channel = divide(channel, params.group_out_channels) * params.group_channels;
  let origin = cell * params.stride - params.padding;
  var sum = 0.0;
  for (var c = 0u; c < params.group_channels; c++) {
    let plane = params.x_offset + (image * params.channels + first_channel + c) * params.height * params.width;
    let kernel = (channel * params.group_channels + c) * params.kernel.x * params.kernel.y;
    for (var u = 0u; u < params.kernel.x; u++) {
      let row = origin.x + i32(u) * params.dilation.x;
      if (row < 0 || row >= i32(params.height)) {
        continue;
      }
      for (var v = 0u; v < params.kernel.y; v++) {
        let column = origin.y + i32(v) * params.dilation.y;
        if (column >= 0 && column < i32(params.width)) {
          sum += x[plane + u32(row) * params.width + u32(column)] * w[kernel + u * params.kernel.y + v];
        }
      }
    }
  }
  if (params.has_bias != 0) {
    sum += bias[params.bias_offset + channel];
  }
  // Not max(): it would turn NaN into 0.
  y[params.y_offset + i] = select(sum, 0.0, params.relu != 0 && sum < 0.0);
}
