// Copies a strided matrix (or the taps of a convolution's weights) into the layout that tile engines read:
// rows of whole vec4, padded with zeros, optionally in panels of `panel` vec4 columns that are contiguous from the first
// row to the last. A panel is what one tile walks down: without it every row is another page and another cache miss.
//
//   output: [slice][panel][row][panel column] vec4f
//
// Row r is (block, k) = (r / block_rows, r % block_rows): a tap and a channel, say. k >= block_valid is padding; below,
// it stands at (k / inner) * outer_stride + (k % inner) * inner_stride.
struct Params {
  size: u32, // vec4 of the output
  rows: u32,
  columns: u32, // valid ones; the rest of the last panel is padding
  panel: u32,
  panels: u32,
  block_rows: u32,
  block_valid: u32,
  block_stride: u32,
  inner: u32,
  inner_stride: u32,
  outer_stride: u32,
  column_stride: u32,
  slice_stride: u32,
  source_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(group, groups, local, WG);
  if (i >= params.size) {
    return;
  }
  let row = i / params.panel % params.rows;
  let slice_panel = i / (params.panel * params.rows);
  let column = 4 * (slice_panel % params.panels * params.panel + i % params.panel);
  let k = row % params.block_rows;
  let start = params.source_offset + slice_panel / params.panels * params.slice_stride +
    row / params.block_rows * params.block_stride +
    k / params.inner * params.outer_stride + k % params.inner * params.inner_stride;
  var value: vec4f;
  if (k < params.block_valid) {
    for (var q = 0u; q < 4; q++) {
      if (column + q < params.columns) {
        value[q] = source[start + (column + q) * params.column_stride];
      }
    }
  }
  output[i] = value;
}
