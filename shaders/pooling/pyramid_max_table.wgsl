// Spatial pyramid max pooling from a table of running maxima (maxima_table.wgsl): one invocation per row (image or window) and four
// channels. Improves on pyramid_max_nested_channels.wgsl where thousands of windows lie on one map: a bin of any size is the best
// of four blocks of the table, which may overlap. The table is made once, however many windows read it. Coarse levels come from
// finer ones, so that the table needs only blocks of half the bins of a fine level.
//
//   maxima, places: [log2 rows of a block][log2 columns][image][row][column][depth4], as many tables DOWN and ACROSS as bins need
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

// A block of a table: `first` is the table's place in units of maps, `single` true where blocks are cells.
fn block_at(first: u32, cell: u32, single: bool, depth4: u32, four: u32) -> Best {
  let at = (first * params.height * params.width + cell) * depth4 + four;
  var place = vec4u();
  if (INDICES) { place = select(places[at], vec4u(cell), single); }
  return Best(maxima[at], place);
}

// Rows top..bottom and columns left..right, half-open, at most twice as long as the longest blocks.
fn best_of_cells(image: u32, depth4: u32, four: u32, top: u32, bottom: u32, left: u32, right: u32) -> Best {
  let log = min(firstLeadingBit(vec2u(bottom - top, right - left)), vec2u(DOWN, ACROSS) - 1u);
  let sides = vec2u(1u) << log;
  let first = (log.x * ACROSS + log.y) * (params.planes / params.channels) + image;
  let single = log.x + log.y == 0u;
  let above = top * params.width;
  let below = (bottom - sides.x) * params.width;
  let before = left;
  let behind = right - sides.y;
  let upper = better_of(
    block_at(first, above + before, single, depth4, four),
    block_at(first, above + behind, single, depth4, four),
  );
  let lower = better_of(
    block_at(first, below + before, single, depth4, four),
    block_at(first, below + behind, single, depth4, four),
  );
  return better_of(upper, lower);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let depth4 = (params.channels + 3u) / 4u;
  // Rows change fastest: all windows of a few channels follow each other while their part of the table is in the cache.
  for (var chunk = workgroup.y * WG; chunk < depth4; chunk += groups.y * WG) {
    let four = chunk + local;
    if (four >= depth4) { return; }
    let count = min(4u, params.channels - 4u * four);
    for (var row = workgroup.x; row < params.rows; row += groups.x) {
      let window = window_of(row);
      let result = row * params.bins * params.channels;
      for (var l = 0u; l < params.levels; l++) {
        let level = params.table[l];
        let per_channel = level.x * level.y;
        let to = result + level.z * params.channels + 4u * four * per_channel;
        if (!window.valid) {
          store_invalid(level, to, count);
        } else if (level.w == 0u) {
          for (var i = 0u; i < level.x; i++) {
            let rows = bin_ends(window.top, window.bottom, level.x, i);
            for (var j = 0u; j < level.y; j++) {
              let columns = bin_ends(window.left, window.right, level.y, j);
              let best = best_of_cells(window.image, depth4, four, rows.x, rows.y, columns.x, columns.y);
              store(to + i * level.y + j, per_channel, count, best);
            }
          }
        } else {
          let finer = params.table[level.w - 1u];
          store_coarse(level, to, finer, result + finer.z * params.channels + 4u * four * finer.x * finer.y, count);
        }
      }
    }
  }
}
