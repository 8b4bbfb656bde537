// Copies a strided matrix (or the taps of a convolution's weights) into the layout that tile engines read:
// rows of whole vec4, padded with zeros, optionally in panels of `panel` vec4 columns that are contiguous from the first
// row to the last. A panel is what one tile walks down: without it every row is another page and another cache miss.
//
//   output: [slice][panel][row][panel column] vec4f
//
// Row r is (block, k) = (r / block_rows, r % block_rows): a tap and a channel, say. k >= block_valid is padding; below,
// it stands at (k / inner) * outer_stride + (k % inner) * inner_stride.
// Preludes: tile/operands/{f32,f16}.wgsl (Word, Number, Four), common/grid.wgsl.
struct Params {
  size: u32, // invocations
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
@group(0) @binding(1) var<storage, read> source: array<Word>;
@group(0) @binding(2) var<storage, read_write> output: array<Four>;

override WG: u32 = 64;
// Neighbouring rows per invocation: what surrounds a load costs a CPU adapter more than the load. Panels vary before
// blocks of rows, so that few pages of source and output are in use at a time.
override RUN: u32 = 8;

fn number_at(place: u32) -> Number {
  return number(source[place >> PER_WORD], place);
}

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
  let runs = (params.rows + RUN - 1) / RUN;
  let panel_column = i % params.panel;
  let panel = i / params.panel % params.panels;
  let run = i / (params.panel * params.panels) % runs;
  let slice = i / (params.panel * params.panels * runs);
  let column = 4 * (panel * params.panel + panel_column);
  let count = min(4, max(params.columns, column) - column);
  let start = params.source_offset + slice * params.slice_stride + column * params.column_stride;
  let first_output = (slice * params.panels + panel) * params.rows;

  let first = run * RUN;
  var block = first / params.block_rows;
  var k = first - block * params.block_rows;
  var outer = k / params.inner;
  var inner = k - outer * params.inner;
  for (var row = first; row < min(params.rows, first + RUN); row++) {
    var value = vec4<Number>();
    if (k < params.block_valid) {
      let at = start + block * params.block_stride + outer * params.outer_stride + inner * params.inner_stride;
      if (count == 4) {
        value = vec4<Number>(
          number_at(at),
          number_at(at + params.column_stride),
          number_at(at + 2 * params.column_stride),
          number_at(at + 3 * params.column_stride),
        );
      } else {
        for (var q = 0u; q < count; q++) {
          value[q] = number_at(at + q * params.column_stride);
        }
      }
    }
    output[(first_output + row) * params.panel + panel_column] = four_of(value);

    // The next row, without dividing again.
    k++;
    inner++;
    if (inner == params.inner) {
      inner = 0;
      outer++;
    }
    if (k == params.block_rows) {
      k = 0;
      inner = 0;
      outer = 0;
      block++;
    }
  }
}
