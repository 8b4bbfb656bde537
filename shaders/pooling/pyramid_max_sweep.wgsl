// Spatial pyramid max pooling of whole maps, swept row by row: one invocation per map and channel loads each cell of its plane
// once, and keeps the bins that the row belongs to in registers. Improves on pyramid_max_nested.wgsl, which loads rows that two
// bins share twice, and its own results again for the coarser levels: on CPU adapters loads are what costs, one lane at a time. For
// this the width (COLUMNS) and the bins across are known when the pipeline is made, so that all loops along a row unroll; loops
// as short as a bin that do not unroll cost more than the loads that they save.
// All levels' bins are unions of those of the finest level, line 0 of `table`. Results are those of pyramid_max_nested.wgsl.
// Preludes: common/divide.wgsl, pooling/pyramid.wgsl, pooling/key.wgsl, pooling/run.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // not read
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 8;
override WIDEST: u32 = 3; // columns of the finest level's widest bin
override ACROSS: u32 = 6; // bins of the finest level in a row, at most MOST_BINS
override ACROSS_1: u32 = 3; // of the levels in the next lines of `table`; 0: there is no such level
override ACROSS_2: u32 = 2;
override ACROSS_3: u32 = 1;

const MOST_BINS = 8u;

alias Bins = array<Best, MOST_BINS>;

// A coarse level on the way down a plane.
struct Coarse {
  bins: Bins, // of the row that is not complete yet
  to: u32, // where it will be stored
  ratio: u32, // bin rows of the finest level in one
  missing: u32, // of them, in this one
}

fn coarse_level(line: u32, image: u32, channel: u32) -> Coarse {
  let level = params.table[line];
  let ratio = divide(params.table[0].x, select(1u, level.x, line < params.levels));
  var coarse: Coarse;
  coarse.to = (image * params.bins + level.z) * params.channels + channel * level.x * level.y;
  coarse.ratio = ratio;
  coarse.missing = ratio;
  for (var j = 0u; j < MOST_BINS; j++) { coarse.bins[j] = nothing(); }
  return coarse;
}

// Merges a bin row of the finest level into a level of `across` bins, and stores a row of that when it is complete.
fn fold(across: u32, finest: ptr<function, Bins>, coarse: ptr<function, Coarse>) {
  if (across == 0u) { return; }
  let ratio = ACROSS / max(across, 1u);
  for (var j = 0u; j < ACROSS; j++) { (*coarse).bins[j / ratio] = merge((*coarse).bins[j / ratio], (*finest)[j]); }
  (*coarse).missing--;
  if ((*coarse).missing == 0u) {
    for (var j = 0u; j < across; j++) {
      store((*coarse).to + j, (*coarse).bins[j]);
      (*coarse).bins[j] = nothing();
    }
    (*coarse).to += across;
    (*coarse).missing = (*coarse).ratio;
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
    let plane = (image * params.channels + channel) * params.height * COLUMNS;
    let down = params.table[0].x;
    var to = (image * params.bins + params.table[0].z) * params.channels + channel * down * ACROSS;
    var line: Bins; // of the row that was loaded last
    var finest: Bins;
    var coarse_1 = coarse_level(1u, image, channel);
    var coarse_2 = coarse_level(2u, image, channel);
    var coarse_3 = coarse_level(3u, image, channel);
    var next = 0u; // row
    for (var i = 0u; i < down; i++) {
      let rows = bin_ends(0u, params.height, down, i);
      for (var j = 0u; j < ACROSS; j++) { finest[j] = kept(line[j], next > rows.x); }
      for (; next < rows.y; next++) {
        let first = next * COLUMNS;
        let cells = run_at(plane + first);
        var keys: array<i32, MOST_COLUMNS>;
        for (var column = 0u; column < COLUMNS; column++) { keys[column] = key_of(cells[column]); }
        for (var j = 0u; j < ACROSS; j++) {
          let left = j * COLUMNS / ACROSS;
          let right = ((j + 1u) * COLUMNS - 1u) / ACROSS;
          var best = Best(keys[left], left);
          for (var k = 1u; k < WIDEST; k++) {
            let column = min(left + k, right);
            best = merge_next(best, Best(keys[column], column));
          }
          line[j] = Best(best.key, first + best.index);
          finest[j] = merge_next(finest[j], line[j]);
        }
      }
      for (var j = 0u; j < ACROSS; j++) { store(to + j, finest[j]); }
      to += ACROSS;
      fold(ACROSS_1, &finest, &coarse_1);
      fold(ACROSS_2, &finest, &coarse_2);
      fold(ACROSS_3, &finest, &coarse_3);
    }
  }
}
