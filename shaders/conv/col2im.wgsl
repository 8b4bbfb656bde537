// The adjoint of im2col: every input number gathers its copies from the columns. No atomics, a fixed order.
//
//   columns: [image][pixel][pitch], (channel, kernel row, kernel column) along pitch   ->   dx: [image, channel, row, column]
//
// One group at a time.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // images * group_channels * height * width
  pitch: u32, // floats per pixel
  channels: u32, // of all groups
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  group_channels: u32,
  kernel: vec2u,
  stride: vec2i,
  padding: vec2i,
  dilation: vec2i,
  tap_step: vec2u, // stride / gcd(stride, dilation)
  shift_step: vec2i, // dilation / gcd(stride, dilation)
  first_channel: u32,
  dx_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> columns: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

override WG: u32 = 64;

// The first kernel tap that reaches a cell from a whole output position; others follow `tap_step` apart.
fn first_tap(cell: i32, dilation: i32, stride: i32, tap_step: u32) -> u32 {
  var tap = 0u;
  while (tap < tap_step && (cell - i32(tap) * dilation) % stride != 0) {
    tap++;
  }
  return tap;
}

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
  let line = i / params.width;
  let plane = line / params.height;
  let image = plane / params.group_channels;
  let channel = plane - image * params.group_channels;
  let cell = vec2i(i32(line - plane * params.height), i32(i - line * params.width)) + params.padding;

  let tap_row = select(first_tap(cell.x, params.dilation.x, params.stride.x, params.tap_step.x), 0u, params.stride.x == 1);
  let tap_column =
    select(first_tap(cell.y, params.dilation.y, params.stride.y, params.tap_step.y), 0u, params.stride.y == 1);
  var row = (cell.x - i32(tap_row) * params.dilation.x) / params.stride.x;
  let first_column = (cell.y - i32(tap_column) * params.dilation.y) / params.stride.y;
  let first_pixel = image * params.out_height * params.out_width;
  var sum = 0.0;
  if (tap_row < params.tap_step.x && tap_column < params.tap_step.y) {
    for (var u = tap_row; u < params.kernel.x; u += params.tap_step.x) {
      if (row >= 0 && row < i32(params.out_height)) {
        let kernel = (channel * params.kernel.x + u) * params.kernel.y;
        let pixel_row = first_pixel + u32(row) * params.out_width;
        var column = first_column;
        for (var v = tap_column; v < params.kernel.y; v += params.tap_step.y) {
          if (column >= 0 && column < i32(params.out_width)) {
            sum += columns[(pixel_row + u32(column)) * params.pitch + kernel + v];
          }
          column -= params.shift_step.y;
        }
      }
      row -= params.shift_step.x;
    }
  }
  let first_plane = (image * params.channels + params.first_channel) * params.height * params.width;
  dx[params.dx_offset + first_plane + i - image * params.group_channels * params.height * params.width] = sum;
}
