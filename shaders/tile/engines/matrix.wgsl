enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;

// Tile engine for GPUs with matrix units: four subgroups make a block of 64 rows x 64 columns, 32 x 32 of it each, in matrices of
// UNIT x UNIT that a subgroup multiplies as one.
//
// What block.wgsl does with 4 x 4 x 4 multiply-adds of an invocation is one instruction here. The units take halves and add in
// f32, so this engine is for operands that are stored as halves: nothing is rounded that was not before. Units read whole
// matrices, and no test is possible inside of one; so both operands are staged, sixteen k at a time, with zeros beyond the last
// k, and the result goes through workgroup memory, one matrix of a subgroup after the other, to be stored as far as it exists.
//
// The problem (the file that stands behind this one) supplies `params.rows`, `params.columns4`, `params.slices` and the functions
// slice_runs, run_steps, row_origin, run_rows, load_row, column_origin, run_columns, load_column, column_bias, store.
// The sum over k is `runs` of equal steps of four k: one run for a matrix, one per kernel tap for a convolution.
// Preludes: tile/units/{unit8,unit16}.wgsl (UNIT, INVOCATIONS).
const TILE_ROWS = 64u;
const TILE_COLUMNS4 = 16u;
const COLUMNS = 4 * TILE_COLUMNS4;
// Steps of four k staged together, and their k.
const STAGE = 4u;
const DEPTH = 4 * STAGE;
// Vec4 of each operand that an invocation stages.
const LOADS = STAGE * TILE_ROWS / INVOCATIONS;
// Matrices along a side of what a subgroup makes, and rows and columns of that.
const QUARTER = 32u;
const SIDE = QUARTER / UNIT;
// Fours of a matrix.
const FOURS = UNIT * UNIT / 4;

var<workgroup> staged_rows: array<f16, TILE_ROWS * DEPTH>; // [row][k]
var<workgroup> staged_columns: array<f16, DEPTH * COLUMNS>; // [k][column]
var<workgroup> results: array<f32, 4 * UNIT * UNIT>; // [subgroup][row][column]

@compute @workgroup_size(INVOCATIONS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
  @builtin(subgroup_id) subgroup: u32,
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
  var row_from: array<u32, LOADS>;
  for (var load = 0u; load < LOADS; load++) {
    let row = first_row + (load * INVOCATIONS + local) / STAGE;
    row_from[load] = row_origin(slice, min(row, params.rows - 1));
  }
  let column_from = column_origin(slice, min(first_column + local % TILE_COLUMNS4, params.columns4 - 1));

  let my_row = subgroup / 2 * QUARTER;
  let my_column = subgroup % 2 * QUARTER;
  var sums: array<subgroup_matrix_result<f32, UNIT, UNIT>, SIDE * SIDE>;
  let runs = slice_runs(slice);
  let steps = run_steps(slice);
  for (var run = runs.x; run < runs.y; run++) {
    let row_offset = run_rows(run);
    let column_offset = column_from + run_columns(run);
    for (var first = steps.x; first < steps.y; first += STAGE) {
      for (var load = 0u; load < LOADS; load++) {
        let at = load * INVOCATIONS + local;
        // Assigned, not left to the default: Dawn on Vulkan keeps the last round's value otherwise.
        var a = vec4f();
        if (first + at % STAGE < steps.y) {
          a = load_row(row_from[load] + row_offset + first + at % STAGE);
        }
        let k = at / TILE_COLUMNS4;
        var b = vec4f();
        if (first + k / 4 < steps.y) {
          b = load_column(column_offset, first + k / 4, k % 4);
        }
        for (var q = 0u; q < 4; q++) {
          staged_rows[4 * at + q] = f16(a[q]);
          staged_columns[4 * at + q] = f16(b[q]);
        }
      }
      workgroupBarrier();
      for (var k = 0u; k < DEPTH; k += UNIT) {
        for (var i = 0u; i < SIDE; i++) {
          let left = subgroupMatrixLoad<subgroup_matrix_left<f16, UNIT, UNIT>, row_major>(
            &staged_rows, (my_row + i * UNIT) * DEPTH + k, DEPTH);
          for (var j = 0u; j < SIDE; j++) {
            let right = subgroupMatrixLoad<subgroup_matrix_right<f16, UNIT, UNIT>, row_major>(
              &staged_columns, k * COLUMNS + my_column + j * UNIT, COLUMNS);
            sums[i * SIDE + j] = subgroupMatrixMultiplyAccumulate(left, right, sums[i * SIDE + j]);
          }
        }
      }
      workgroupBarrier();
    }
  }

  for (var i = 0u; i < SIDE * SIDE; i++) {
    subgroupMatrixStore<row_major>(&results, subgroup * UNIT * UNIT, sums[i], UNIT);
    workgroupBarrier();
    for (var each = local; each < 4 * FOURS; each += INVOCATIONS) {
      let owner = each / FOURS;
      let row = first_row + owner / 2 * QUARTER + i / SIDE * UNIT + each % FOURS / (UNIT / 4);
      let column = first_column + (owner % 2 * QUARTER + i % SIDE * UNIT) / 4 + each % (UNIT / 4);
      if (row < params.rows && column < params.columns4) {
        let value = vec4f(results[4 * each], results[4 * each + 1], results[4 * each + 2], results[4 * each + 3]);
        store(slice, row, column, value + column_bias(slice, column));
      }
    }
    workgroupBarrier();
  }
}
