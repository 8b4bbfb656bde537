// First rung: one invocation per element of C = A B, operands of any strides, straight from storage.
// Preludes: common/grid.wgsl.
struct Params {
  rows: u32,
  columns: u32,
  inner: u32,
  batches: u32,
  a_offset: u32,
  a_batch: u32,
  a_row: u32,
  a_inner: u32,
  b_offset: u32,
  b_batch: u32,
  b_inner: u32,
  b_column: u32,
  c_offset: u32,
  c_batch: u32,
  c_row: u32,
  bias_offset: u32,
  has_bias: u32,
  accumulate: u32, // adds to c instead of overwriting it
  relu: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> c: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(group, groups, local, WG);
  if (i >= params.rows * params.columns * params.batches) {
    return;
  }
  let column = i % params.columns;
  let row = i / params.columns % params.rows;
  let batch = i / (params.columns * params.rows);
  let a_first = params.a_offset + batch * params.a_batch + row * params.a_row;
  let b_first = params.b_offset + batch * params.b_batch + column * params.b_column;
  var sum = 0.0;
  for (var k = 0u; k < params.inner; k++) {
    sum += a[a_first + k * params.a_inner] * b[b_first + k * params.b_inner];
  }
  let at = params.c_offset + batch * params.c_batch + row * params.c_row + column;
  if (params.accumulate != 0) {
    sum += c[at];
  }
  if (params.has_bias != 0) {
    sum += bias[params.bias_offset + column];
  }
  // Not max(): it would turn NaN into 0.
  c[at] = select(sum, 0.0, params.relu != 0 && sum < 0.0);
}
