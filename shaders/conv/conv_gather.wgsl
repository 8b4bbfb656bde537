// Problem of a tile engine (matmul/tile_*.wgsl): convolution as an implicit product, [pixels, k] x [k, channels],
// where k walks over kernel taps and input channels and the left operand is gathered from the map as it is needed.
// The gradient to the input is the same product over the output's gradient; with a stride s, once for each of the s * s
// phases of input pixels, with those taps that reach the phase.
//
//   x: [image][row][column][group][depth4] vec4f, padded with zeros (pack_maps.wgsl)
//   w: [group][panel][tap][4 depth4][panel column] vec4f of four output channels (matmul/pack.wgsl)
//   y: [image, channel, row, column], or every stride-th pixel of it
struct Params {
  rows: u32, // pixels: images * grid_height * grid_width
  columns: u32, // output channels of one group
  columns4: u32,
  slices: u32, // groups
  steps: u32, // taps * depth4
  grid_height: u32,
  grid_width: u32,
  depth4: u32,
  taps_x: u32,
  inverse_depth4: f32,
  inverse_taps_x: f32,
  x_offset: u32, // strides of x in vec4
  x_image: u32,
  x_row: u32,
  x_column: u32,
  x_tap_row: i32,
  x_tap_column: i32,
  w_row: u32, // strides of w in vec4; taps are numbered w_tap + row * w_tap_row + column * w_tap_column
  w_panel: u32,
  w_group: u32,
  w_tap: u32,
  w_tap_row: u32,
  w_tap_column: u32,
  panel: u32,
  y_offset: u32, // strides of y in floats
  y_image: u32,
  y_channel: u32,
  y_row: u32,
  y_column: u32,
  bias_offset: u32,
  has_bias: u32,
  relu: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn slice_steps(group: u32) -> vec2u {
  return vec2u(0, params.steps);
}

fn row_origin(group: u32, pixel: u32) -> u32 {
  let column = pixel % params.grid_width;
  let row = pixel / params.grid_width % params.grid_height;
  let image = pixel / (params.grid_width * params.grid_height);
  return params.x_offset + image * params.x_image + row * params.x_row + column * params.x_column + group * params.depth4;
}

// Exact for what it is used for (n < 2^20), and no integer division, which CPU adapters do lane by lane.
fn divide(n: u32, inverse: f32) -> u32 {
  return u32((f32(n) + 0.5) * inverse);
}

fn row_step(step: u32) -> u32 {
  let tap = divide(step, params.inverse_depth4);
  let tap_row = divide(tap, params.inverse_taps_x);
  let tap_column = tap - tap_row * params.taps_x;
  return u32(i32(tap_row) * params.x_tap_row + i32(tap_column) * params.x_tap_column) + step - tap * params.depth4;
}

fn load_row(index: u32) -> vec4f {
  return x[index];
}

fn column_origin(group: u32, column: u32) -> u32 {
  return group * params.w_group + column / params.panel * params.w_panel + column % params.panel;
}

fn load_column(origin: u32, step: u32, component: u32) -> vec4f {
  let tap = divide(step, params.inverse_depth4);
  let tap_row = divide(tap, params.inverse_taps_x);
  let tap_column = tap - tap_row * params.taps_x;
  let w_tap = params.w_tap + tap_row * params.w_tap_row + tap_column * params.w_tap_column;
  let k = 4 * ((w_tap - tap) * params.depth4 + step) + component;
  return w[origin + k * params.w_row];
}

fn store(group: u32, pixel: u32, column: u32, value: vec4f) {
  let grid_column = pixel % params.grid_width;
  let grid_row = pixel / params.grid_width % params.grid_height;
  let image = pixel / (params.grid_width * params.grid_height);
  let first = params.y_offset + image * params.y_image + grid_row * params.y_row + grid_column * params.y_column;
  let count = min(4, params.columns - 4 * column);
  for (var q = 0u; q < count; q++) {
    let channel = group * params.columns + 4 * column + q;
    var v = value[q];
    if (params.has_bias != 0) {
      v += bias[params.bias_offset + channel];
    }
    // Not max(): it would turn NaN into 0.
    y[first + channel * params.y_channel] = select(v, 0.0, params.relu != 0 && v < 0.0);
  }
}
