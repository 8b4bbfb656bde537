// Spatial pyramid max pooling from a table of running maxima (maxima_table.wgsl): one invocation per row (image or window) and four
// channels. Improves on pyramid_max_nested_channels.wgsl where thousands of windows lie on one map: a bin of any size is the best
// of four blocks of the table, which may overlap. The table is made once, however many windows read it. Coarse levels come from
// finer ones, so that the table needs only blocks of half the bins of a fine level. Neighbouring invocations are windows, which
// all look up the same four channels: these lie together in the table, and their part of it fits a small cache.
//
//   maxima, places: [log2 rows of a block][log2 columns][image][four channels][row][column], as many tables DOWN and ACROSS as bins need
// Output, ties, NaN and invalid windows are those of pyramid_max.wgsl; `table` is that of pyramid_max_nested.wgsl.
// Preludes: common/divide.wgsl, common/nan_vector.wgsl, pooling/pyramid.wgsl, pooling/best_of_four.wgsl,
// pooling/nested_channels.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> maxima: array<vec4f>;
@group(0) @binding(2) var<storage, read> places: array<vec4u>;
@group(0) @binding(3) var<storage, read> windows: array<i32>; // image, y0, x0, y1, x1
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 8;
override DOWN: u32 = 1;
override ACROSS: u32 = 1;

// A block of a table: `first` is the place in it of the window's map and channels, in units of those, `single` true where blocks are cells.
fn block_at(first: u32, cell: u32, single: bool) -> Best {
  let at = first * params.height * params.width + cell;
  var place = vec4u();
  if (INDICES) { place = select(places[at], vec4u(cell), single); }
  return Best(maxima[at], place);
}

// Rows top..bottom and columns left..right, half-open, at most twice as long as the longest blocks.
fn best_of_cells(fours: u32, four: u32, top: u32, bottom: u32, left: u32, right: u32) -> Best {
  let log = min(firstLeadingBit(vec2u(bottom - top, right - left)), vec2u(DOWN, ACROSS) - 1u);
  let sides = vec2u(1u) << log;
  let first = (log.x * ACROSS + log.y) * fours + four;
  let single = log.x + log.y == 0u;
  let above = top * params.width;
  let below = (bottom - sides.x) * params.width;
  let behind = right - sides.y;
  let upper = better_of(block_at(first, above + left, single), block_at(first, above + behind, single));
  let lower = better_of(block_at(first, below + left, single), block_at(first, below + behind, single));
  return better_of(upper, lower);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let depth4 = params.channels / 4u;
  // Rows change fastest: all windows of four channels follow each other while their part of the table is in the cache.
  for (var four = workgroup.y; four < depth4; four += groups.y) {
    for (var row = workgroup.x * WG + local; row < params.rows; row += groups.x * WG) {
      let window = window_of(row);
      let result = row * params.bins * params.channels;
      for (var l = 0u; l < params.levels; l++) {
        let level = params.table[l];
        let per_channel = level.x * level.y;
        let to = result + level.z * params.channels + 4u * four * per_channel;
        if (!window.valid) {
          store_invalid(level, to, 4u);
        } else if (level.w == 0u) {
          for (var i = 0u; i < level.x; i++) {
            let rows = bin_ends(window.top, window.bottom, level.x, i);
            for (var j = 0u; j < level.y; j++) {
              let columns = bin_ends(window.left, window.right, level.y, j);
              let best = best_of_cells(params.planes / 4u, window.image * depth4 + four, rows.x, rows.y, columns.x, columns.y);
              store(to + i * level.y + j, per_channel, 4u, best);
            }
          }
        } else {
          let finer = params.table[level.w - 1u];
          store_coarse(level, to, finer, result + finer.z * params.channels + 4u * four * finer.x * finer.y, 4u);
        }
      }
    }
  }
}
