// The adjoint of im2col: every input number gathers its copies from the columns. No atomics, a fixed order.
//
//   columns: [image][pixel][pitch], (channel, kernel row, kernel column) along pitch   ->   dx: [image, channel, row, column]
//
// One group at a time.
struct Params {
  size: u32, // images * group_channels * height * width
  pitch: u32, // floats per pixel
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
  first_channel: u32,
  dx_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> columns: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

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
  let channel = i / (params.width * params.height) % params.group_channels;
  let image = i / (params.width * params.height * params.group_channels);
  let first_pixel = image * params.out_height * params.out_width;
  var sum = 0.0;
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
        let pixel = first_pixel + u32(row) * params.out_width + u32(column);
        sum += columns[pixel * params.pitch + (channel * params.kernel.x + u) * params.kernel.y + v];
      }
    }
  }
  let plane = (image * params.channels + params.first_channel + channel) * params.height;
  dx[params.dx_offset + (plane + u32(cell.x)) * params.width + u32(cell.y)] = sum;
}
