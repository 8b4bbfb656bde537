// Gradient to a convolution's bias, first half: the sum over the pixels of every image and channel
// (matmul/sum_slices.wgsl then adds the images in a fixed order).
//
//   dy: [image, channel][pixels4] vec4f, rows padded with zeros   ->   parts: [image, channel]
struct Params {
  size: u32, // images * channels
  pixels4: u32,
  dy_offset: u32, // in vec4
  parts_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> parts: array<f32>;

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
  let first = params.dy_offset + i * params.pixels4;
  var sum: vec4f;
  for (var p = 0u; p < params.pixels4; p++) {
    sum += dy[first + p];
  }
  parts[params.parts_offset + i] = dot(sum, vec4f(1));
}
