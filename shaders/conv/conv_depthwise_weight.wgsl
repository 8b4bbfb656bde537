// Gradient to the weights of a depthwise 3x3 convolution: an invocation makes all taps of one kernel from some rows of the output's
// gradient. Improves on conv_direct_weight.wgsl, which reads map and gradient once for each tap. The rows of all images are
// cut into `splits` parts, each with its own result (tile/sum_slices.wgsl adds them in a fixed order).
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // invocations: splits * out_channels
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  out_channels: u32,
  multiplier: u32, // output channels of an input channel
  lines: u32, // images * out_height
  lines_per_split: u32,
  stride_y: u32,
  padding: vec2u, // rows, columns
  x_offset: u32,
  dy_offset: u32,
  parts_offset: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>; // [split][out_channel][tap]

override WG: u32 = 8; // small: few kernels must still spread over all cores
override STRIDE_X: u32 = 1; // at most 2

const RUN = 4u;
const SIDE = 3u; // of a kernel; known, so that all loops over taps unroll
const MOST_COLUMNS = 9u; // of the map under a strip

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let split = divide(i, params.out_channels);
  let channel = i - split * params.out_channels;
  let plane_in = divide(channel, params.multiplier);
  let channels = divide(params.out_channels, params.multiplier);
  let first = split * params.lines_per_split;
  var image = divide(first, params.out_height);
  var row = first - image * params.out_height;
  var sums: array<f32, SIDE * SIDE>;
  for (var line = first; line < min(first + params.lines_per_split, params.lines); line++) {
    let gradients = params.dy_offset + ((image * params.out_channels + channel) * params.out_height + row) * params.out_width;
    let base = params.x_offset + (image * channels + plane_in) * params.height * params.width;
    let top = row * params.stride_y - params.padding.x;
    for (var column = 0u; column < params.out_width; column += RUN) {
      let exists = column + vec4u(0, 1, 2, 3) < vec4u(params.out_width);
      let at = gradients + min(column + vec4u(0, 1, 2, 3), vec4u(params.out_width - 1u));
      let g = select(vec4f(), vec4f(dy[at.x], dy[at.y], dy[at.z], dy[at.w]), exists);
      let left = column * STRIDE_X - params.padding.y;
      for (var ky = 0u; ky < SIDE; ky++) {
        var cells: array<f32, MOST_COLUMNS>;
        for (var k = 0u; k < (RUN - 1u) * STRIDE_X + SIDE; k++) {
          let inside = top + ky < params.height && left + k < params.width;
          let value = x[base + select(0u, (top + ky) * params.width + left + k, inside)];
          cells[k] = select(0.0, value, inside);
        }
        for (var kx = 0u; kx < SIDE; kx++) {
          let four = vec4f(cells[kx], cells[STRIDE_X + kx], cells[2u * STRIDE_X + kx], cells[3u * STRIDE_X + kx]);
          // Cells under outputs that do not exist count as 0: NaN times a gradient of 0 would be NaN.
          sums[ky * SIDE + kx] += dot(g, select(vec4f(), four, exists));
        }
      }
    }
    row++;
    if (row == params.out_height) {
      row = 0u;
      image++;
    }
  }
  for (var tap = 0u; tap < SIDE * SIDE; tap++) { parts[params.parts_offset + i * SIDE * SIDE + tap] = sums[tap]; }
}
