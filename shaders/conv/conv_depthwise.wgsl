// Depthwise 3x3 convolution in strips: an invocation makes RUN neighbouring columns of one output channel and walks down rows of it. Improves
// on conv_direct.wgsl, where every output finds its place by divisions and loads its kernel anew: here a kernel is loaded once for
// a strip, and the cells that neighbouring outputs share once for a row of it. The gradient to the input of a convolution with
// stride 1 is the same over the output's gradient, with the kernels turned by 180 degrees.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // invocations: planes, chunks of rows, strips
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  out_channels: u32,
  multiplier: u32, // output channels of an input channel
  strips: u32, // of a row
  chunks: u32, // of a plane
  walk: u32, // output rows of a chunk
  stride_y: u32,
  padding: vec2u, // rows, columns; negative ones wrap
  turned: u32, // 1: kernels by 180 degrees
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

override WG: u32 = 8; // small: few planes must still spread over all cores
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
  let line = divide(i, params.strips);
  let plane = divide(line, params.chunks);
  let first_column = (i - line * params.strips) * RUN;
  let first = (line - plane * params.chunks) * params.walk;
  let image = divide(plane, params.out_channels);
  let channel = plane - image * params.out_channels;
  let plane_in = divide(params.out_channels, params.multiplier) * image + divide(channel, params.multiplier);
  let base = params.x_offset + plane_in * params.height * params.width;
  let left = first_column * STRIDE_X - params.padding.y;
  let count = min(RUN, params.out_width - first_column);

  var kernel: array<f32, SIDE * SIDE>;
  for (var tap = 0u; tap < SIDE * SIDE; tap++) {
    kernel[tap] = w[channel * SIDE * SIDE + select(tap, SIDE * SIDE - 1u - tap, params.turned != 0u)];
  }
  var start = 0.0;
  if (params.has_bias != 0u) { start = bias[params.bias_offset + channel]; }

  for (var row = first; row < min(first + params.walk, params.out_height); row++) {
    var sum = vec4f();
    for (var ky = 0u; ky < SIDE; ky++) {
      let yy = row * params.stride_y - params.padding.x + ky;
      var cells: array<f32, MOST_COLUMNS>;
      for (var column = 0u; column < (RUN - 1u) * STRIDE_X + SIDE; column++) {
        let inside = yy < params.height && left + column < params.width;
        let value = x[base + select(0u, yy * params.width + left + column, inside)];
        cells[column] = select(0.0, value, inside);
      }
      for (var kx = 0u; kx < SIDE; kx++) {
        let four = vec4f(cells[kx], cells[STRIDE_X + kx], cells[2u * STRIDE_X + kx], cells[3u * STRIDE_X + kx]);
        sum += kernel[ky * SIDE + kx] * four;
      }
    }
    sum += start;
    // Not max(): it would turn NaN into 0.
    let out = select(sum, vec4f(), vec4<bool>(params.relu != 0u) & (sum < vec4f()));
    let to = params.y_offset + (plane * params.out_height + row) * params.out_width + first_column;
    for (var column = 0u; column < RUN; column++) {
      if (column < count) { y[to + column] = out[column]; }
    }
  }
}
