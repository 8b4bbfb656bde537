// Tile engine: one invocation makes 8 rows x 4 columns of a product in registers, without workgroup memory and
// without subgroups: for CPU adapters that lack them.
//
// The 32 invocations of a workgroup stand side by side over the columns and read the same rows.
//
// The problem (the file that stands behind this one) supplies `params.rows`, `params.columns4`, `params.slices` and the functions
// slice_runs, run_steps, row_origin, run_rows, load_row, column_origin, run_columns, load_column, column_bias, store.
// The sum over k is `runs` of equal steps of four k: one run for a matrix, one per kernel tap for a convolution.
const TILE_ROWS = 8u;
const LANES = 32u;

@compute @workgroup_size(32)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row_tiles = (params.rows + TILE_ROWS - 1) / TILE_ROWS;
  let column_tiles = (params.columns4 + LANES - 1) / LANES;
  let tile = (group.z * groups.y + group.y) * groups.x + group.x;
  let slice = tile / (row_tiles * column_tiles);
  let row = tile % row_tiles * TILE_ROWS;
  let column = tile / row_tiles % column_tiles * LANES + lane;
  if (slice >= params.slices || column >= params.columns4) {
    return;
  }

  // Rows beyond the edge repeat the last one, so that the loop needs no test; they are not stored.
  let last = params.rows - 1;
  let row_0 = row_origin(slice, min(row, last));
  let row_1 = row_origin(slice, min(row + 1, last));
  let row_2 = row_origin(slice, min(row + 2, last));
  let row_3 = row_origin(slice, min(row + 3, last));
  let row_4 = row_origin(slice, min(row + 4, last));
  let row_5 = row_origin(slice, min(row + 5, last));
  let row_6 = row_origin(slice, min(row + 6, last));
  let row_7 = row_origin(slice, min(row + 7, last));
  let columns = column_origin(slice, column);
  var r0: vec4f;
  var r1: vec4f;
  var r2: vec4f;
  var r3: vec4f;
  var r4: vec4f;
  var r5: vec4f;
  var r6: vec4f;
  var r7: vec4f;
  let runs = slice_runs(slice);
  let steps = run_steps(slice);
  for (var run = runs.x; run < runs.y; run++) {
    let row_offset = run_rows(run);
    let column_offset = columns + run_columns(run);
    for (var k = steps.x; k < steps.y; k++) {
      let offset = row_offset + k;
      let b = mat4x4f(
        load_column(column_offset, k, 0),
        load_column(column_offset, k, 1),
        load_column(column_offset, k, 2),
        load_column(column_offset, k, 3),
      );
      r0 += b * load_row(row_0 + offset);
      r1 += b * load_row(row_1 + offset);
      r2 += b * load_row(row_2 + offset);
      r3 += b * load_row(row_3 + offset);
      r4 += b * load_row(row_4 + offset);
      r5 += b * load_row(row_5 + offset);
      r6 += b * load_row(row_6 + offset);
      r7 += b * load_row(row_7 + offset);
    }
  }

  var result = array<vec4f, TILE_ROWS>(r0, r1, r2, r3, r4, r5, r6, r7);
  let bias = column_bias(slice, column);
  let count = min(TILE_ROWS, params.rows - row);
  for (var i = 0u; i < count; i++) {
    store(slice, row + i, column, result[i] + bias);
  }
}
