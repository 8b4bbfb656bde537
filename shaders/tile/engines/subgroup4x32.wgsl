enable subgroups;

// Tile engine: one subgroup of 4 lanes makes 32 rows x 16 columns of a product, for adapters
// with 4-lane subgroups that compute on the CPU (SwiftShader). More rows per load than subgroup4.wgsl, and a longer
// compilation.
//
// Each lane owns one vec4 of columns. Per step of four k it loads 8 rows of the left operand (a vec4 along k)
// and its columns of four k of the right one; swaps inside the quad hand every lane's row to all others (SwiftShader
// swaps in one instruction; a broadcast takes it more than twenty). So 8 + 4 loads feed
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
      r0 += b * a0;
      r1 += b * quadSwapX(a0);
      r2 += b * quadSwapY(a0);
      r3 += b * quadSwapDiagonal(a0);
      r4 += b * a1;
      r5 += b * quadSwapX(a1);
      r6 += b * quadSwapY(a1);
      r7 += b * quadSwapDiagonal(a1);
      r8 += b * a2;
      r9 += b * quadSwapX(a2);
      r10 += b * quadSwapY(a2);
      r11 += b * quadSwapDiagonal(a2);
      r12 += b * a3;
      r13 += b * quadSwapX(a3);
      r14 += b * quadSwapY(a3);
      r15 += b * quadSwapDiagonal(a3);
      r16 += b * a4;
      r17 += b * quadSwapX(a4);
      r18 += b * quadSwapY(a4);
      r19 += b * quadSwapDiagonal(a4);
      r20 += b * a5;
      r21 += b * quadSwapX(a5);
      r22 += b * quadSwapY(a5);
      r23 += b * quadSwapDiagonal(a5);
      r24 += b * a6;
      r25 += b * quadSwapX(a6);
      r26 += b * quadSwapY(a6);
      r27 += b * quadSwapDiagonal(a6);
      r28 += b * a7;
      r29 += b * quadSwapX(a7);
      r30 += b * quadSwapY(a7);
      r31 += b * quadSwapDiagonal(a7);
    }
  }

  // A loop over a copy, not one call per row: the epilogue is compiled once.
  var result = array<vec4f, TILE_ROWS>(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20, r21, r22, r23, r24, r25, r26, r27, r28, r29, r30, r31);
  if (column < params.columns4) {
    let bias = column_bias(slice, column);
    for (var i = 0u; i < TILE_ROWS; i++) {
      // A swap by i gave the lane its neighbour's row.
      let at_row = row + (i ^ lane);
      if (at_row < params.rows) {
        store(slice, at_row, column, result[i] + bias);
      }
    }
  }
}
