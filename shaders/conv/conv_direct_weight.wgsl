// First rung of the gradient to a convolution's weights: one invocation per weight sums over all pixels of all images.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32,
  images: u32,
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
  dy_offset: u32,
  parts_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

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
  let v = i32(i % params.kernel.y);
  let u = i32(i / params.kernel.y % params.kernel.x);
  let group_channel = i / (params.kernel.x * params.kernel.y) % params.group_channels;
  let o = i / (params.kernel.x * params.kernel.y * params.group_channels);
  let channel = o / params.group_out_channels * params.group_channels + group_channel;
  var sum = 0.0;
  for (var image = 0u; image < params.images; image++) {
    let dy_plane = params.dy_offset + (image * params.out_channels + o) * params.out_height * params.out_width;
    let x_plane = params.x_offset + (image * params.channels + channel) * params.height * params.width;
    for (var y = 0u; y < params.out_height; y++) {
      let row = i32(y) * params.stride.x - params.padding.x + u * params.dilation.x;
      if (row < 0 || row >= i32(params.height)) {
        continue;
      }
      for (var c = 0u; c < params.out_width; c++) {
        let column = i32(c) * params.stride.y - params.padding.y + v * params.dilation.y;
        if (column >= 0 && column < i32(params.width)) {
          sum += dy[dy_plane + y * params.out_width + c] * x[x_plane + u32(row) * params.width + u32(column)];
        }
      }
    }
  }
  parts[params.parts_offset + i] = sum;
}
