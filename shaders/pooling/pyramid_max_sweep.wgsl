// Spatial pyramid max pooling of whole maps, swept row by row: one invocation per map and channel loads each cell of its plane
// once, and keeps the bins that the row belongs to in registers. Improves on pyramid_max_nested.wgsl, which loads rows that two
// bins share twice, and its own results again for the coarser levels: on CPU adapters loads are what costs, one lane at a time. For
// this the width and the bins across are known when the pipeline is made, so that all loops along a row unroll; loops as short as
// a bin that do not unroll cost more than the loads that they save.
// All levels' bins are unions of those of the finest level, line 0 of `table`. Results are those of pyramid_max_nested.wgsl.
// Preludes: common/divide.wgsl, pooling/pyramid.wgsl, pooling/key.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // not read
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 8;
override WIDTH: u32 = 13; // at most MOST_COLUMNS
override WIDEST: u32 = 3; // columns of the finest level's widest bin
override ACROSS: u32 = 6; // bins of the finest level in a row, at most MOST_BINS
override ACROSS_1: u32 = 3; // of the levels in the next lines of `table`; 0: there is no such level
override ACROSS_2: u32 = 2;
override ACROSS_3: u32 = 1;

const MOST_BINS = 8u;
const MOST_COLUMNS = 32u;

alias Bins = array<Best, MOST_BINS>;

// Merges bin row i of the finest level into a level of `across` bins, and stores a row of that when it is complete.
fn fold(line: u32, across: u32, i: u32, image: u32, channel: u32, finest: ptr<function, Bins>, bins: ptr<function, Bins>) {
  if (across == 0u) { return; }
  let level = params.table[line];
  let down = params.table[0].x;
  let row = divide(i * level.x, down);
  let continues = row * down != i * level.x;
  let ratio = ACROSS / max(across, 1u);
  for (var j = 0u; j < ACROSS; j++) {
    (*bins)[j / ratio] = merge(kept((*bins)[j / ratio], continues || j % ratio > 0u), (*finest)[j]);
  }
  if (line < params.levels && (i + 1u) * level.x == (row + 1u) * down) {
    let to = (image * params.bins + level.z) * params.channels + (channel * level.x + row) * level.y;
    for (var j = 0u; j < across; j++) { store(to + j, (*bins)[j]); }
  }
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let channel = workgroup.y * WG + local;
  if (channel >= params.channels) { return; }
  for (var image = workgroup.x; image < params.rows; image += groups.x) {
    let plane = (image * params.channels + channel) * params.height * WIDTH;
    let down = params.table[0].x;
    var to = (image * params.bins + params.table[0].z) * params.channels + channel * down * ACROSS;
    var line: Bins; // of the row that was loaded last
    var finest: Bins;
    var coarse_1: Bins;
    var coarse_2: Bins;
    var coarse_3: Bins;
    var next = 0u; // row
    for (var i = 0u; i < down; i++) {
      let rows = bin_ends(0u, params.height, down, i);
      for (var j = 0u; j < ACROSS; j++) { finest[j] = kept(line[j], next > rows.x); }
      for (; next < rows.y; next++) {
        let first = next * WIDTH;
        var cells: array<i32, MOST_COLUMNS>;
        for (var column = 0u; column < WIDTH; column++) { cells[column] = key_of(x[plane + first + column]); }
        for (var j = 0u; j < ACROSS; j++) {
          let left = j * WIDTH / ACROSS;
          let right = ((j + 1u) * WIDTH - 1u) / ACROSS;
          var best = Best(cells[left], first + left);
          for (var k = 1u; k < WIDEST; k++) {
            let column = min(left + k, right);
            best = merge(best, Best(cells[column], first + column));
          }
          line[j] = best;
          finest[j] = merge(finest[j], best);
        }
      }
      for (var j = 0u; j < ACROSS; j++) { store(to + j, finest[j]); }
      to += ACROSS;
      fold(1u, ACROSS_1, i, image, channel, &finest, &coarse_1);
      fold(2u, ACROSS_2, i, image, channel, &finest, &coarse_2);
      fold(3u, ACROSS_3, i, image, channel, &finest, &coarse_3);
    }
  }
}
