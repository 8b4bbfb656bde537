// What block64.wgsl, block128.wgsl and warp128.wgsl have in common: SIDE x SIDE invocations make a block of 8 SIDE rows x 8 SIDE columns,
// 8 x 8 of it each in registers. Four times the multiply-adds of block.wgsl for twice its reads of workgroup memory.
//
// Sixteen k of both operands are staged in workgroup memory; then every invocation reads 8 + 8 vec4 from there for
// 8 x 8 x 4 multiply-adds. Its two vec4 of columns lie half a block apart, so that neighbouring invocations read
// neighbouring vec4. The sums have names, since an array of them might stay in memory.
//
// The engine (the file that stands behind this one) supplies SIDE, patch_of and the entry point. The problem supplies `params.rows`,
// `params.columns4`, `params.slices` and the functions slice_runs, run_steps, row_origin, run_rows, load_row, column_origin,
// run_columns, load_column, column_bias, store. The sum over k is `runs` of equal steps of four k: one run for a matrix,
// one per kernel tap for a convolution.
const TILE_ROWS = 8u * SIDE;
const TILE_COLUMNS4 = 2u * SIDE;
// Steps of four k staged together.
const STAGE = 4u;
// Vec4 of each operand that an invocation stages.
const LOADS = STAGE * TILE_ROWS / (SIDE * SIDE);

var<workgroup> staged_rows: array<vec4f, STAGE * TILE_ROWS>; // [step][row]
var<workgroup> staged_columns: array<vec4f, STAGE * 4 * TILE_COLUMNS4>; // [k][column4]

fn register_block(group: vec3u, groups: vec3u, local: u32) {
  let row_tiles = (params.rows + TILE_ROWS - 1) / TILE_ROWS;
  let column_tiles = (params.columns4 + TILE_COLUMNS4 - 1) / TILE_COLUMNS4;
  let tile = (group.z * groups.y + group.y) * groups.x + group.x;
  let slice = tile / (row_tiles * column_tiles);
  if (slice >= params.slices) {
    return;
  }
  let first_row = tile % row_tiles * TILE_ROWS;
  let first_column = tile / row_tiles % column_tiles * TILE_COLUMNS4;
  // What this invocation stages. Rows and columns beyond the edge repeat the last one; they are not stored.
  var row_from: array<u32, LOADS>;
  for (var load = 0u; load < LOADS; load++) {
    let row = first_row + (load * SIDE * SIDE + local) / STAGE;
    row_from[load] = row_origin(slice, min(row, params.rows - 1));
  }
  let column_from = column_origin(slice, min(first_column + local % TILE_COLUMNS4, params.columns4 - 1));
  let mine = patch_of(local);
  let my_row = mine.y * 8;
  let my_column = mine.x;
  var l0: vec4f;
  var l1: vec4f;
  var l2: vec4f;
  var l3: vec4f;
  var l4: vec4f;
  var l5: vec4f;
  var l6: vec4f;
  var l7: vec4f;
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
    let run_row = run_rows(run);
    let column_offset = column_from + run_columns(run);
    for (var first = steps.x; first < steps.y; first += STAGE) {
      for (var load = 0u; load < LOADS; load++) {
        let at = load * SIDE * SIDE + local;
        let step = first + at % STAGE;
        // Assigned, not left to the default: Dawn on Vulkan keeps the last round's value otherwise.
        var a = vec4f();
        if (step < steps.y) {
          a = load_row(row_from[load] + run_row + step);
        }
        staged_rows[at % STAGE * TILE_ROWS + at / STAGE] = a;
        let k = at / TILE_COLUMNS4;
        var b = vec4f();
        if (first + k / 4 < steps.y) {
          b = load_column(column_offset, first + k / 4, k % 4);
        }
        staged_columns[at] = b;
      }
      workgroupBarrier();
      for (var step = 0u; step < STAGE; step++) {
        let at = step * 4 * TILE_COLUMNS4 + my_column;
        let m = mat4x4f(
          staged_columns[at],
          staged_columns[at + TILE_COLUMNS4],
          staged_columns[at + 2 * TILE_COLUMNS4],
          staged_columns[at + 3 * TILE_COLUMNS4],
        );
        let n = mat4x4f(
          staged_columns[at + SIDE],
          staged_columns[at + SIDE + TILE_COLUMNS4],
          staged_columns[at + SIDE + 2 * TILE_COLUMNS4],
          staged_columns[at + SIDE + 3 * TILE_COLUMNS4],
        );
        let staged = step * TILE_ROWS + my_row;
        let a0 = staged_rows[staged];
        l0 += m * a0;
        r0 += n * a0;
        let a1 = staged_rows[staged + 1];
        l1 += m * a1;
        r1 += n * a1;
        let a2 = staged_rows[staged + 2];
        l2 += m * a2;
        r2 += n * a2;
        let a3 = staged_rows[staged + 3];
        l3 += m * a3;
        r3 += n * a3;
        let a4 = staged_rows[staged + 4];
        l4 += m * a4;
        r4 += n * a4;
        let a5 = staged_rows[staged + 5];
        l5 += m * a5;
        r5 += n * a5;
        let a6 = staged_rows[staged + 6];
        l6 += m * a6;
        r6 += n * a6;
        let a7 = staged_rows[staged + 7];
        l7 += m * a7;
        r7 += n * a7;
      }
      workgroupBarrier();
    }
  }

  // A loop over a copy, not sixteen calls: the epilogue is compiled once.
  var left = array<vec4f, 8>(l0, l1, l2, l3, l4, l5, l6, l7);
  var right = array<vec4f, 8>(r0, r1, r2, r3, r4, r5, r6, r7);
  let row = first_row + my_row;
  let count = select(0u, min(8, params.rows - row), row < params.rows);
  let column = first_column + my_column;
  if (column < params.columns4) {
    let bias = column_bias(slice, column);
    for (var i = 0u; i < count; i++) {
      store(slice, row + i, column, left[i] + bias);
    }
  }
  if (column + SIDE < params.columns4) {
    let bias = column_bias(slice, column + SIDE);
    for (var i = 0u; i < count; i++) {
      store(slice, row + i, column + SIDE, right[i] + bias);
    }
  }
}
