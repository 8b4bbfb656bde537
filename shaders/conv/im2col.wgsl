// Writes out what every output pixel of a convolution sees, so that the convolution becomes a plain matrix product.
//
//   x: [image, channel, row, column]   ->   columns: [image][pixel][depth4] vec4f, depth = (channel, kernel row, kernel column)
//
// One group at a time; the padding and the end of the last vec4 are zeros.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // vec4 of the columns
  depth: u32,
  depth4: u32,
  channels: u32, // of all groups
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  kernel: vec2u,
  stride: vec2i,
  padding: vec2i,
  dilation: vec2i,
  first_channel: u32,
  x_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> columns: array<vec4f>;

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
  let pixel = i / params.depth4 % (params.out_height * params.out_width);
  let image = i / (params.depth4 * params.out_height * params.out_width);
  let cell = vec2i(i32(pixel / params.out_width), i32(pixel % params.out_width));
  let origin = cell * params.stride - params.padding;
  var value: vec4f;
  for (var q = 0u; q < 4; q++) {
    let k = i % params.depth4 * 4 + q;
    let v = k % params.kernel.y;
    let u = k / params.kernel.y % params.kernel.x;
    let channel = params.first_channel + k / (params.kernel.x * params.kernel.y);
    let at = origin + vec2i(i32(u), i32(v)) * params.dilation;
    let inside = all(at >= vec2i()) && at.x < i32(params.height) && at.y < i32(params.width);
    if (k < params.depth && inside) {
      let plane = (image * params.channels + channel) * params.height;
      value[q] = x[params.x_offset + (plane + u32(at.x)) * params.width + u32(at.y)];
    }
  }
  columns[i] = value;
}
