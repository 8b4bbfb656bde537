// Tile engine for real GPUs: 256 invocations make a block of 64 rows x 64 columns, 4 x 4 of it each in registers.
//
// Sixteen k of both operands are staged in workgroup memory (8 KiB), one vec4 load of each operand per invocation;
// then every invocation reads 4 + 4 vec4 from there for 4 x 4 x 4 multiply-adds.
//
// The problem (the file that stands behind this one) supplies `params.rows`, `params.columns4`, `params.slices` and the functions
// slice_runs, run_steps, row_origin, run_rows, load_row, column_origin, run_columns, load_column, column_bias, store.
// The sum over k is `runs` of equal steps of four k: one run for a matrix, one per kernel tap for a convolution.
const TILE_ROWS = 64u;
const TILE_COLUMNS4 = 16u;
// Steps of four k staged together.
const STAGE = 4u;

var<workgroup> staged_rows: array<vec4f, 256>; // [step][row]
var<workgroup> staged_columns: array<vec4f, 256>; // [k][column4]

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
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
  let load_step = local % STAGE;
  let load_row_index = local / STAGE;
  let load_k = local / TILE_COLUMNS4;
  let row_from = row_origin(slice, min(first_row + load_row_index, params.rows - 1));
  let column_from = column_origin(slice, min(first_column + local % TILE_COLUMNS4, params.columns4 - 1));

  let my_row = local / TILE_COLUMNS4 * 4;
  let my_column = local % TILE_COLUMNS4;
  var r0: vec4f;
  var r1: vec4f;
  var r2: vec4f;
  var r3: vec4f;
  let runs = slice_runs(slice);
  let steps = run_steps(slice);
  for (var run = runs.x; run < runs.y; run++) {
    let row_offset = row_from + run_rows(run);
    let column_offset = column_from + run_columns(run);
    for (var first = steps.x; first < steps.y; first += STAGE) {
      // Assigned, not left to the default: Dawn on Vulkan keeps the last round's value otherwise.
      var a = vec4f();
      if (first + load_step < steps.y) {
        a = load_row(row_offset + first + load_step);
      }
      var b = vec4f();
      if (first + load_k / 4 < steps.y) {
        b = load_column(column_offset, first + load_k / 4, load_k % 4);
      }
      staged_rows[load_step * TILE_ROWS + load_row_index] = a;
      staged_columns[local] = b;
      workgroupBarrier();
      for (var step = 0u; step < STAGE; step++) {
        let at = step * 4 * TILE_COLUMNS4 + my_column;
        let m = mat4x4f(
          staged_columns[at],
          staged_columns[at + TILE_COLUMNS4],
          staged_columns[at + 2 * TILE_COLUMNS4],
          staged_columns[at + 3 * TILE_COLUMNS4],
        );
        let first_staged = step * TILE_ROWS + my_row;
        r0 += m * staged_rows[first_staged];
        r1 += m * staged_rows[first_staged + 1];
        r2 += m * staged_rows[first_staged + 2];
        r3 += m * staged_rows[first_staged + 3];
      }
      workgroupBarrier();
    }
  }

  var result = array<vec4f, 4>(r0, r1, r2, r3);
  let row = first_row + my_row;
  let column = first_column + my_column;
  if (column < params.columns4 && row < params.rows) {
    let bias = column_bias(slice, column);
    let count = min(4, params.rows - row);
    for (var i = 0u; i < count; i++) {
      store(slice, row + i, column, result[i] + bias);
    }
  }
}
