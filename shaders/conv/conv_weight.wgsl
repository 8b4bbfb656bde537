// Problem of a tile engine: gradient to a convolution's weights as an implicit product,
// [channels, pixels] x [pixels, taps * depth], summed over the pixels of all images. The right operand is gathered from
// the map as it is needed: one column is one kernel tap and four input channels.
//
//   dy: [image, channel, row][columns4] vec4f of four pixels, rows padded with zeros (TAIL)
//   x:  [image][row][column][group][depth4] vec4f, padded with zeros (pack_maps.wgsl), as wide as the padded rows need
//
// A run of the sum is one row of pixels, or where rows are short `run_height` rows of one map (ROWS): to begin a run costs a CPU
// adapter as much as two steps. Few weights and many pixels leave few tiles, so the runs are cut into `splits`
// slices, each with its own result (tile/sum_slices.wgsl adds them in a fixed order).
// Preludes: tile/operands/{f32,f16}.wgsl (Four), tile/engines/*.wgsl.
struct Params {
  rows: u32, // output channels of one group
  columns4: u32, // taps * depth4
  slices: u32, // groups * splits
  splits: u32,
  runs: u32, // images * map_runs
  runs_per_split: u32,
  map_runs: u32, // runs of a map
  run_height: u32, // rows of a run
  grid_height: u32,
  grid_width: u32, // pixels of a row
  row_steps: u32, // vec4 of a row of pixels
  channels: u32, // output channels of all groups
  depth: u32,
  depth4: u32,
  taps_x: u32,
  dy_offset: u32, // in vec4
  x_offset: u32, // strides of x in vec4
  x_image: u32,
  x_row: u32,
  x_column: u32,
  x_tap_row: u32,
  x_tap_column: u32,
  parts_group: u32, // floats of all slices of a group
  part_size: u32, // floats of one slice
  weight_row: u32, // strides inside a slice, as those of pack.wgsl: depth element k is (k / inner, k % inner)
  weight_tap: u32,
  inner: u32,
  inner_stride: u32,
  outer_stride: u32,
}

// Whether the last step of a row holds pixels behind its end. What the map holds there belongs to other windows or to none:
// it counts as 0, since NaN times a gradient of 0 would be NaN.
override TAIL: bool = true;
// Whether a run has more than one row.
override ROWS: bool = true;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<Four>;
@group(0) @binding(2) var<storage, read> x: array<Four>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

fn slice_runs(slice: u32) -> vec2u {
  let first = slice % params.splits * params.runs_per_split;
  return vec2u(first, min(first + params.runs_per_split, params.runs));
}

fn run_steps(slice: u32) -> vec2u {
  return vec2u(0, params.run_height * params.row_steps);
}

fn row_origin(slice: u32, row: u32) -> u32 {
  let channel = slice / params.splits * params.rows + row;
  return params.dy_offset + channel * params.grid_height * params.row_steps;
}

fn run_rows(run: u32) -> u32 {
  let image = run / params.map_runs;
  return (image * (params.channels - 1) * params.grid_height + run * params.run_height) * params.row_steps;
}

fn load_row(index: u32) -> vec4f {
  return four(dy[index]);
}

fn column_origin(slice: u32, column: u32) -> u32 {
  let tap = column / params.depth4;
  return params.x_offset + tap / params.taps_x * params.x_tap_row + tap % params.taps_x * params.x_tap_column +
    slice / params.splits * params.depth4 + column % params.depth4;
}

fn run_columns(run: u32) -> u32 {
  let image = run / params.map_runs;
  return image * params.x_image + (run - image * params.map_runs) * params.run_height * params.x_row;
}

fn load_column(origin: u32, step: u32, component: u32) -> vec4f {
  var row = 0u;
  if (ROWS) {
    // step / row_steps, exact for the steps of a run, which are fewer than 2^20.
    row = u32((f32(step) + 0.5) * (1 / f32(params.row_steps)));
  }
  let pixel = 4 * (step - row * params.row_steps) + component;
  let at = origin + row * params.x_row + pixel * params.x_column;
  return select(four(x[at]), vec4f(), TAIL && pixel >= params.grid_width);
}

fn column_bias(slice: u32, column: u32) -> vec4f {
  return vec4f();
}

fn store(slice: u32, row: u32, column: u32, value: vec4f) {
  let tap = column / params.depth4;
  let first = column % params.depth4 * 4;
  let part = slice / params.splits * params.parts_group + slice % params.splits * params.part_size;
  let at = part + row * params.weight_row + tap * params.weight_tap;
  let count = min(4, params.depth - first);
  for (var q = 0u; q < count; q++) {
    let k = first + q;
    parts[at + k / params.inner * params.outer_stride + k % params.inner * params.inner_stride] = value[q];
  }
}
