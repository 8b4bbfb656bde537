// Problem of a tile engine (matmul/tile_*.wgsl): gradient to a convolution's weights as an implicit product,
// [channels, pixels] x [pixels, taps * depth], summed over the pixels of all images. The right operand is gathered from
// the map as it is needed: one column is one kernel tap and four input channels.
//
//   dy: [image, channel][pixels4] vec4f of four pixels, padded with zeros
//   x:  [image][row][column][group][depth4] vec4f, padded with zeros (pack_maps.wgsl)
//
// Few weights and many pixels leave few tiles, so the pixels are cut into `splits` slices, each with its own result
// (matmul/sum_slices.wgsl adds them in a fixed order).
struct Params {
  rows: u32, // output channels of one group
  columns4: u32, // taps * depth4
  slices: u32, // groups * splits
  splits: u32,
  steps: u32, // images * pixels4
  steps_per_split: u32,
  channels: u32, // output channels of all groups
  pixels: u32,
  pixels4: u32,
  grid_width: u32,
  depth: u32,
  depth4: u32,
  taps_x: u32,
  inverse_pixels4: f32,
  inverse_grid_width: f32,
  dy_offset: u32, // in vec4
  x_offset: u32, // strides of x in vec4
  x_image: u32,
  x_row: u32,
  x_column: u32,
  x_tap_row: u32,
  x_tap_column: u32,
  parts_offset: u32,
  parts_group: u32, // floats of all slices of a group
  part_size: u32, // floats of one slice
  weight_row: u32, // strides inside a slice, as those of pack.wgsl: depth element k is (k / inner, k % inner)
  weight_tap: u32,
  inner: u32,
  inner_stride: u32,
  outer_stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

fn slice_steps(slice: u32) -> vec2u {
  let first = slice % params.splits * params.steps_per_split;
  return vec2u(first, min(first + params.steps_per_split, params.steps));
}

// No integer division, which CPU adapters do lane by lane. The estimate is off by one at most for n < 2^23.
fn divide(n: u32, divisor: u32, inverse: f32) -> u32 {
  let estimate = u32((f32(n) + 0.5) * inverse);
  let high = estimate * divisor > n;
  let low = !high && n - estimate * divisor >= divisor;
  return estimate - u32(high) + u32(low);
}

fn row_origin(slice: u32, row: u32) -> u32 {
  return params.dy_offset + (slice / params.splits * params.rows + row) * params.pixels4;
}

fn row_step(step: u32) -> u32 {
  let image = divide(step, params.pixels4, params.inverse_pixels4);
  return image * (params.channels - 1) * params.pixels4 + step;
}

fn load_row(index: u32) -> vec4f {
  return dy[index];
}

fn column_origin(slice: u32, column: u32) -> u32 {
  let tap = column / params.depth4;
  return params.x_offset + tap / params.taps_x * params.x_tap_row + tap % params.taps_x * params.x_tap_column +
    slice / params.splits * params.depth4 + column % params.depth4;
}

fn load_column(origin: u32, step: u32, component: u32) -> vec4f {
  let image = divide(step, params.pixels4, params.inverse_pixels4);
  // Padding pixels repeat the last one; their dy is 0.
  let pixel = min(4 * (step - image * params.pixels4) + component, params.pixels - 1);
  let row = divide(pixel, params.grid_width, params.inverse_grid_width);
  let column = pixel - row * params.grid_width;
  return x[origin + image * params.x_image + row * params.x_row + column * params.x_column];
}

fn store(slice: u32, row: u32, column: u32, value: vec4f) {
  let tap = column / params.depth4;
  let first = column % params.depth4 * 4;
  let part = slice / params.splits * params.parts_group + slice % params.splits * params.part_size;
  let at = params.parts_offset + part + row * params.weight_row + tap * params.weight_tap;
  let count = min(4, params.depth - first);
  for (var q = 0u; q < count; q++) {
    let k = first + q;
    parts[at + k / params.inner * params.outer_stride + k % params.inner * params.inner_stride] = value[q];
  }
}
