// Problem of a tile engine: convolution as an implicit product, [pixels, k] x [k, channels],
// where k walks over kernel taps and input channels and the left operand is gathered from the map as it is needed.
// The gradient to the input is the same product over the output's gradient; with a stride s, once for each of the s * s
// phases of input pixels, with those taps that reach the phase.
//
//   x: [image][row][column][group][depth4] vec4f, padded with zeros (pack_maps.wgsl)
//   w: [group][panel][tap][4 depth4][panel column] vec4f of four output channels (tile/pack.wgsl)
//   y: [image, channel, row, column], or every stride-th pixel of it
// Preludes: tile/operands/{f32,f16}.wgsl (Four), tile/engines/*.wgsl.
struct Params {
  rows: u32, // pixels: images * grid_height * grid_width
  columns: u32, // output channels of one group
  columns4: u32,
  slices: u32, // groups
  taps: u32,
  grid_height: u32,
  grid_width: u32,
  depth4: u32,
  taps_x: u32,
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
@group(0) @binding(1) var<storage, read> x: array<Four>;
@group(0) @binding(2) var<storage, read> w: array<Four>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn slice_runs(group: u32) -> vec2u {
  return vec2u(0, params.taps);
}

fn run_steps(group: u32) -> vec2u {
  return vec2u(0, params.depth4);
}

fn row_origin(group: u32, pixel: u32) -> u32 {
  let line = pixel / params.grid_width;
  let column = pixel - line * params.grid_width;
  let image = line / params.grid_height;
  let row = line - image * params.grid_height;
  return params.x_offset + image * params.x_image + row * params.x_row + column * params.x_column + group * params.depth4;
}

fn run_rows(tap: u32) -> u32 {
  let tap_row = tap / params.taps_x;
  let tap_column = tap - tap_row * params.taps_x;
  return u32(i32(tap_row) * params.x_tap_row + i32(tap_column) * params.x_tap_column);
}

fn load_row(index: u32) -> vec4f {
  return four(x[index]);
}

fn column_origin(group: u32, column: u32) -> u32 {
  return group * params.w_group + column / params.panel * params.w_panel + column % params.panel;
}

fn run_columns(tap: u32) -> u32 {
  let tap_row = tap / params.taps_x;
  let tap_column = tap - tap_row * params.taps_x;
  let weight_tap = params.w_tap + tap_row * params.w_tap_row + tap_column * params.w_tap_column;
  return weight_tap * 4 * params.depth4 * params.w_row;
}

fn load_column(origin: u32, step: u32, component: u32) -> vec4f {
  return four(w[origin + (4 * step + component) * params.w_row]);
}

fn column_bias(group: u32, column: u32) -> vec4f {
  if (params.has_bias == 0) {
    return vec4f();
  }
  let channel = min(4 * column + vec4u(0, 1, 2, 3), vec4u(params.columns - 1));
  let at = params.bias_offset + group * params.columns + channel;
  return vec4f(bias[at.x], bias[at.y], bias[at.z], bias[at.w]);
}

fn store(group: u32, pixel: u32, column: u32, value: vec4f) {
  let line = pixel / params.grid_width;
  let grid_column = pixel - line * params.grid_width;
  let image = line / params.grid_height;
  let grid_row = line - image * params.grid_height;
  let channel = group * params.columns + 4 * column;
  let at = params.y_offset + image * params.y_image + channel * params.y_channel + grid_row * params.y_row +
    grid_column * params.y_column;
  // Not max(): it would turn NaN into 0.
  let v = select(value, vec4f(), vec4<bool>(params.relu != 0) & (value < vec4f()));
  if (4 * column + 4 <= params.columns) {
    y[at] = v.x;
    y[at + params.y_channel] = v.y;
    y[at + 2 * params.y_channel] = v.z;
    y[at + 3 * params.y_channel] = v.w;
  } else {
    for (var q = 0u; q < params.columns - 4 * column; q++) {
      y[at + q * params.y_channel] = v[q];
    }
  }
}
