enable subgroups;

// Tile engine: one subgroup of 4 lanes makes 32 rows x 16 columns of a product, for adapters
// with 4-lane subgroups that compute on the CPU (SwiftShader). More rows per load than subgroup4.wgsl: up to twice as fast
// on large products, three times its compile time.
//
// Each lane owns one vec4 of columns. Per step of four k it loads 8 rows of the left operand (a vec4 along k)
// and its columns of four k of the right one; a broadcast hands every lane's row to all others. So 8 + 4 loads feed
// 32 x 4 x 4 multiply-adds per lane, and no workgroup memory or barrier is touched: both are ruinous on CPU adapters.
//
// The problem (the file that stands behind this one) supplies `params.rows`, `params.columns4`, `params.slices` and the functions
// slice_runs, run_steps, row_origin, run_rows, load_row, column_origin, run_columns, load_column, column_bias, store.
// The sum over k is `runs` of equal steps of four k: one run for a matrix, one per kernel tap for a convolution.
const TILE_ROWS = 32u;
const LANES = 4u;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let row_tiles = (params.rows + TILE_ROWS - 1) / TILE_ROWS;
  let column_tiles = (params.columns4 + LANES - 1) / LANES;
  let tile = (group.z * groups.y + group.y) * groups.x + group.x;
  let slice = tile / (row_tiles * column_tiles);
  if (slice >= params.slices) {
    return;
  }
  let row = tile % row_tiles * TILE_ROWS;
  let column = tile / row_tiles % column_tiles * LANES + lane;

  // Rows and columns beyond the edge repeat the last one, so that the loop needs no test; they are not stored.
  let last = params.rows - 1;
  let row_0 = row_origin(slice, min(row + 0 + lane, last));
  let row_1 = row_origin(slice, min(row + 4 + lane, last));
  let row_2 = row_origin(slice, min(row + 8 + lane, last));
  let row_3 = row_origin(slice, min(row + 12 + lane, last));
  let row_4 = row_origin(slice, min(row + 16 + lane, last));
  let row_5 = row_origin(slice, min(row + 20 + lane, last));
  let row_6 = row_origin(slice, min(row + 24 + lane, last));
  let row_7 = row_origin(slice, min(row + 28 + lane, last));
  let columns = column_origin(slice, min(column, params.columns4 - 1));
  var r0: vec4f;
  var r1: vec4f;
  var r2: vec4f;
  var r3: vec4f;
  var r4: vec4f;
  var r5: vec4f;
  var r6: vec4f;
  var r7: vec4f;
  var r8: vec4f;
  var r9: vec4f;
  var r10: vec4f;
  var r11: vec4f;
  var r12: vec4f;
  var r13: vec4f;
  var r14: vec4f;
  var r15: vec4f;
  var r16: vec4f;
  var r17: vec4f;
  var r18: vec4f;
  var r19: vec4f;
  var r20: vec4f;
  var r21: vec4f;
  var r22: vec4f;
  var r23: vec4f;
  var r24: vec4f;
  var r25: vec4f;
  var r26: vec4f;
  var r27: vec4f;
  var r28: vec4f;
  var r29: vec4f;
  var r30: vec4f;
  var r31: vec4f;
  let runs = slice_runs(slice);
  let steps = run_steps(slice);
  for (var run = runs.x; run < runs.y; run++) {
    let row_offset = run_rows(run);
    let column_offset = columns + run_columns(run);
    for (var k = steps.x; k < steps.y; k++) {
      let offset = row_offset + k;
      let a0 = load_row(row_0 + offset);
      let a1 = load_row(row_1 + offset);
      let a2 = load_row(row_2 + offset);
      let a3 = load_row(row_3 + offset);
      let a4 = load_row(row_4 + offset);
      let a5 = load_row(row_5 + offset);
      let a6 = load_row(row_6 + offset);
      let a7 = load_row(row_7 + offset);
      let b = mat4x4f(
        load_column(column_offset, k, 0),
        load_column(column_offset, k, 1),
        load_column(column_offset, k, 2),
        load_column(column_offset, k, 3),
      );
      r0 += b * subgroupBroadcast(a0, 0u);
      r1 += b * subgroupBroadcast(a0, 1u);
      r2 += b * subgroupBroadcast(a0, 2u);
      r3 += b * subgroupBroadcast(a0, 3u);
      r4 += b * subgroupBroadcast(a1, 0u);
      r5 += b * subgroupBroadcast(a1, 1u);
      r6 += b * subgroupBroadcast(a1, 2u);
      r7 += b * subgroupBroadcast(a1, 3u);
      r8 += b * subgroupBroadcast(a2, 0u);
      r9 += b * subgroupBroadcast(a2, 1u);
      r10 += b * subgroupBroadcast(a2, 2u);
      r11 += b * subgroupBroadcast(a2, 3u);
      r12 += b * subgroupBroadcast(a3, 0u);
      r13 += b * subgroupBroadcast(a3, 1u);
      r14 += b * subgroupBroadcast(a3, 2u);
      r15 += b * subgroupBroadcast(a3, 3u);
      r16 += b * subgroupBroadcast(a4, 0u);
      r17 += b * subgroupBroadcast(a4, 1u);
      r18 += b * subgroupBroadcast(a4, 2u);
      r19 += b * subgroupBroadcast(a4, 3u);
      r20 += b * subgroupBroadcast(a5, 0u);
      r21 += b * subgroupBroadcast(a5, 1u);
      r22 += b * subgroupBroadcast(a5, 2u);
      r23 += b * subgroupBroadcast(a5, 3u);
      r24 += b * subgroupBroadcast(a6, 0u);
      r25 += b * subgroupBroadcast(a6, 1u);
      r26 += b * subgroupBroadcast(a6, 2u);
      r27 += b * subgroupBroadcast(a6, 3u);
      r28 += b * subgroupBroadcast(a7, 0u);
      r29 += b * subgroupBroadcast(a7, 1u);
      r30 += b * subgroupBroadcast(a7, 2u);
      r31 += b * subgroupBroadcast(a7, 3u);
    }
  }

  // A loop over a copy, not one call per row: the epilogue is compiled once.
  var result = array<vec4f, TILE_ROWS>(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31);
  if (column < params.columns4) {
    let bias = column_bias(slice, column);
    let count = min(TILE_ROWS, params.rows - row);
    for (var i = 0u; i < count; i++) {
      store(slice, row + i, column, result[i] + bias);
    }
  }
}
