// First rung of the gradient to a convolution's input: one invocation per input number gathers from all outputs that
// read it. No atomics, so the result does not depend on the order of invocations.
// Preludes: common/grid.wgsl.
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
  dx_offset: u32,
  dy_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

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
  let cell = vec2i(i32(i / params.width % params.height), i32(i % params.width));
  let channel = i / (params.width * params.height) % params.channels;
  let image = i / (params.width * params.height * params.channels);
  let first_out = channel / params.group_channels * params.group_out_channels;
  let group_channel = channel % params.group_channels;
  var sum = 0.0;
  for (var o = first_out; o < first_out + params.group_out_channels; o++) {
    let plane = params.dy_offset + (image * params.out_channels + o) * params.out_height * params.out_width;
    let kernel = (o * params.group_channels + group_channel) * params.kernel.x * params.kernel.y;
    for (var u = 0u; u < params.kernel.x; u++) {
      let down = cell.x + params.padding.x - i32(u) * params.dilation.x;
      let row = down / params.stride.x;
      if (down < 0 || row * params.stride.x != down || row >= i32(params.out_height)) {
        continue;
      }
      for (var v = 0u; v < params.kernel.y; v++) {
        let across = cell.y + params.padding.y - i32(v) * params.dilation.y;
        let column = across / params.stride.y;
        if (across >= 0 && column * params.stride.y == across && column < i32(params.out_width)) {
          sum += dy[plane + u32(row) * params.out_width + u32(column)] * w[kernel + u * params.kernel.y + v];
        }
      }
    }
  }
  dx[params.dx_offset + i] = sum;
}
