// Problem of a tile engine (matmul/tile_*.wgsl): the implicit product of conv_gather.wgsl the other way round,
// [channels, k] x [k, pixels], for so few output channels that as columns of the tile they would leave lanes idle.
// Pixels are taken in quads of one row of the grid; the last quad of a row may reach beyond it, which is not stored.
//
//   x: [image][row][column][depth4] vec4f, padded with zeros (pack_maps.wgsl)
//   w: [tap][4 depth4][w_row] f32, one panel (matmul/pack.wgsl)
//   y: [image, channel, row, column], or every stride-th pixel of it
struct Params {
  rows: u32, // output channels
  columns4: u32, // quads: images * grid_height * quads
  slices: u32, // 1
  taps: u32,
  grid_height: u32,
  grid_width: u32,
  quads: u32, // of one row of the grid
  depth4: u32,
  taps_x: u32,
  x_offset: u32, // strides of x in vec4
  x_image: u32,
  x_row: u32,
  x_column: u32,
  x_tap_row: i32,
  x_tap_column: i32,
  w_row: u32, // stride of w in floats; taps are numbered w_tap + row * w_tap_row + column * w_tap_column
  w_tap: u32,
  w_tap_row: u32,
  w_tap_column: u32,
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

// An index of a row carries its channel above the step of k, which has this many bits.
const STEP_BITS = 16u;

fn slice_runs(slice: u32) -> vec2u {
  return vec2u(0, params.taps);
}

fn run_steps(slice: u32) -> vec2u {
  return vec2u(0, params.depth4);
}

fn row_origin(slice: u32, channel: u32) -> u32 {
  return channel << STEP_BITS;
}

fn run_rows(tap: u32) -> u32 {
  let tap_row = tap / params.taps_x;
  let tap_column = tap - tap_row * params.taps_x;
  return (params.w_tap + tap_row * params.w_tap_row + tap_column * params.w_tap_column) * params.depth4;
}

fn load_row(index: u32) -> vec4f {
  let step = index & ((1u << STEP_BITS) - 1);
  let at = 4 * step * params.w_row + (index >> STEP_BITS);
  return vec4f(w[at], w[at + params.w_row], w[at + 2 * params.w_row], w[at + 3 * params.w_row]);
}

fn column_origin(slice: u32, column: u32) -> u32 {
  let line = column / params.quads;
  let quad = column - line * params.quads;
  let image = line / params.grid_height;
  let row = line - image * params.grid_height;
  return params.x_offset + image * params.x_image + row * params.x_row + 4 * quad * params.x_column;
}

fn run_columns(tap: u32) -> u32 {
  let tap_row = tap / params.taps_x;
  let tap_column = tap - tap_row * params.taps_x;
  return u32(i32(tap_row) * params.x_tap_row + i32(tap_column) * params.x_tap_column);
}

fn load_column(origin: u32, step: u32, component: u32) -> vec4f {
  let at = 4 * (origin + step) + component;
  let pixel = 4 * params.x_column;
  return vec4f(x[at], x[at + pixel], x[at + 2 * pixel], x[at + 3 * pixel]);
}

// The bias belongs to rows here: `store` adds it.
fn column_bias(slice: u32, column: u32) -> vec4f {
  return vec4f();
}

fn store(slice: u32, channel: u32, column: u32, value: vec4f) {
  let line = column / params.quads;
  let grid_column = 4 * (column - line * params.quads);
  let image = line / params.grid_height;
  let grid_row = line - image * params.grid_height;
  let at = params.y_offset + image * params.y_image + channel * params.y_channel + grid_row * params.y_row +
    grid_column * params.y_column;
  var sum = value;
  if (params.has_bias != 0) {
    sum += bias[params.bias_offset + channel];
  }
  // Not max(): it would turn NaN into 0.
  let v = select(sum, vec4f(), vec4<bool>(params.relu != 0) & (sum < vec4f()));
  let count = min(4u, params.grid_width - grid_column);
  for (var q = 0u; q < count; q++) {
    y[at + q * params.y_column] = v[q];
  }
}
