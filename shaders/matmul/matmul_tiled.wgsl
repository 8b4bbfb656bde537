// Second rung: one invocation per element of C = A B, operands of any strides, staged in 16 x 16 tiles of workgroup
// memory, so that each loaded value is used 16 times.
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

const TILE = 16u;

var<workgroup> tile_a: array<array<f32, TILE>, TILE>;
var<workgroup> tile_b: array<array<f32, TILE>, TILE>;

@compute @workgroup_size(TILE, TILE)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let row_tiles = (params.rows + TILE - 1) / TILE;
  let column_tiles = (params.columns + TILE - 1) / TILE;
  let tile = (group.z * groups.y + group.y) * groups.x + group.x;
  let batch = tile / (row_tiles * column_tiles);
  if (batch >= params.batches) {
    return;
  }
  let row = tile / column_tiles % row_tiles * TILE + local.y;
  let column = tile % column_tiles * TILE + local.x;
  let a_first = params.a_offset + batch * params.a_batch + row * params.a_row;
  let b_first = params.b_offset + batch * params.b_batch + column * params.b_column;
  var sum = 0.0;
  for (var first = 0u; first < params.inner; first += TILE) {
    var a_value = 0.0;
    if (row < params.rows && first + local.x < params.inner) {
      a_value = a[a_first + (first + local.x) * params.a_inner];
    }
    var b_value = 0.0;
    if (column < params.columns && first + local.y < params.inner) {
      b_value = b[b_first + (first + local.y) * params.b_inner];
    }
    tile_a[local.y][local.x] = a_value;
    tile_b[local.y][local.x] = b_value;
    workgroupBarrier();
    for (var k = 0u; k < TILE; k++) {
      sum += tile_a[local.y][k] * tile_b[k][local.x];
    }
    workgroupBarrier();
  }
  if (row >= params.rows || column >= params.columns) {
    return;
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
