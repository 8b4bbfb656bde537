// Problem of a tile engine: C = A B, batched, with A row-major along k and B row-major along columns.
//
//   a: [batch][rows][steps] fours along k         b: [batch][4 steps][columns4] fours along columns
//
// A four is a vec4f, or four halves in two words. Both operands are padded with zeros to whole fours (tile/pack.wgsl makes them so where they are not). `c` has any strides, which also
// gives the transposed product. A long k can be cut into `splits` slices, each with its own result (tile/sum_slices.wgsl adds them).
// Preludes: tile/operands/{f32,f16}.wgsl (Four), tile/engines/*.wgsl.
struct Params {
  rows: u32,
  columns: u32,
  columns4: u32,
  slices: u32, // batches * splits
  splits: u32,
  steps_from: u32,
  steps_to: u32,
  steps_per_split: u32,
  a_offset: u32, // offsets and strides of a and b in vec4, those of c in floats
  a_batch: u32,
  a_row: u32,
  b_offset: u32,
  b_batch: u32,
  b_row: u32,
  b_panel: u32, // distance of neighbouring panels of `panel` vec4 columns
  panel: u32,
  c_offset: u32,
  c_slice: u32,
  c_row: u32,
  c_column: u32,
  bias_offset: u32,
  has_bias: u32,
  bias_row: u32, // 1 where the bias belongs to rows, 0 where to columns
  accumulate: u32, // adds to c instead of overwriting it
  relu: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<Four>;
@group(0) @binding(2) var<storage, read> b: array<Four>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

fn slice_runs(slice: u32) -> vec2u {
  return vec2u(0, 1);
}

fn run_steps(slice: u32) -> vec2u {
  let first = params.steps_from + slice % params.splits * params.steps_per_split;
  return vec2u(first, min(first + params.steps_per_split, params.steps_to));
}

fn row_origin(slice: u32, row: u32) -> u32 {
  return params.a_offset + slice / params.splits * params.a_batch + row * params.a_row;
}

fn run_rows(run: u32) -> u32 {
  return 0;
}

fn load_row(index: u32) -> vec4f {
  return four(a[index]);
}

fn column_origin(slice: u32, column: u32) -> u32 {
  let batch = slice / params.splits * params.b_batch;
  return params.b_offset + batch + column / params.panel * params.b_panel + column % params.panel;
}

fn run_columns(run: u32) -> u32 {
  return 0;
}

fn load_column(origin: u32, step: u32, component: u32) -> vec4f {
  return four(b[origin + (4 * step + component) * params.b_row]);
}

fn column_bias(slice: u32, column: u32) -> vec4f {
  if (params.has_bias == 0 || params.bias_row != 0) {
    return vec4f();
  }
  let last = params.columns - 1;
  let at = min(4 * column + vec4u(0, 1, 2, 3), vec4u(last)) + params.bias_offset;
  return vec4f(bias[at.x], bias[at.y], bias[at.z], bias[at.w]);
}

fn store(slice: u32, row: u32, column: u32, value: vec4f) {
  let at = params.c_offset + slice * params.c_slice + row * params.c_row + 4 * column * params.c_column;
  let whole = 4 * column + 4 <= params.columns;
  let count = select(params.columns - 4 * column, 4, whole);
  var v = value;
  if (params.bias_row != 0) {
    v += bias[params.bias_offset + row];
  }
  if (params.accumulate != 0) {
    for (var q = 0u; q < count; q++) {
      v[q] += c[at + q * params.c_column];
    }
  }
  // Not max(): it would turn NaN into 0.
  v = select(v, vec4f(), vec4<bool>(params.relu != 0) & (v < vec4f()));
  if (whole) {
    c[at] = v.x;
    c[at + params.c_column] = v.y;
    c[at + 2 * params.c_column] = v.z;
    c[at + 3 * params.c_column] = v.w;
  } else {
    for (var q = 0u; q < count; q++) {
      c[at + q * params.c_column] = v[q];
    }
  }
}
