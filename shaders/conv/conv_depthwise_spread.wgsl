// The gradient to the input of a depthwise 3x3 convolution with stride 2. Improves on conv_direct_input.wgsl, which asks of each of nine
// taps whether it lies on the stride: here an invocation makes two rows and 2 * PAIRS columns of a plane at a time, whose four kinds of cells
// (even or odd row, even or odd column of the padded map) have four, two, two and one taps, all known; it walks down the plane and
// keeps the row of the output's gradient that the next two rows want as well.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // invocations: planes, chunks of pairs of rows, strips
  channels: u32,
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  strips: u32, // of a row
  chunks: u32, // of a plane
  walk: u32, // pairs of rows of a chunk
  padding: vec2u,
  dy_offset: u32,
  dx_offset: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

override WG: u32 = 8; // small: few planes must still spread over all cores

const PAIRS = 2u; // of columns
const TAPS = 9u;

// Rows and columns above or left of the map are, as u32, far outside.
fn store(plane: u32, row: u32, column: u32, value: f32) {
  if (row < params.height && column < params.width) {
    dx[params.dx_offset + (plane * params.height + row) * params.width + column] = value;
  }
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let line = divide(i, params.strips);
  let plane = divide(line, params.chunks);
  let pair = (i - line * params.strips) * PAIRS;
  let first = (line - plane * params.chunks) * params.walk;
  let channel = plane - divide(plane, params.channels) * params.channels;
  var k: array<f32, TAPS>;
  for (var tap = 0u; tap < TAPS; tap++) { k[tap] = w[channel * TAPS + tap]; }

  let base = params.dy_offset + plane * params.out_height * params.out_width;
  var above: array<f32, PAIRS + 1u>;
  for (var step = 0u; step <= params.walk; step++) {
    let row = first + step - 1u;
    var cells: array<f32, PAIRS + 1u>;
    for (var p = 0u; p <= PAIRS; p++) {
      let column = pair + p - 1u;
      let inside = row < params.out_height && column < params.out_width;
      let value = dy[base + select(0u, row * params.out_width + column, inside)];
      cells[p] = select(0.0, value, inside);
    }
    if (step > 0u) {
      let top = 2u * row - params.padding.x;
      for (var p = 0u; p < PAIRS; p++) {
        let left = 2u * (pair + p) - params.padding.y;
        let here = vec4f(above[p], above[p + 1u], cells[p], cells[p + 1u]);
        store(plane, top, left, dot(here, vec4f(k[8], k[6], k[2], k[0])));
        store(plane, top, left + 1u, here.y * k[7] + here.w * k[1]);
        store(plane, top + 1u, left, here.z * k[5] + here.w * k[3]);
        store(plane, top + 1u, left + 1u, here.w * k[4]);
      }
    }
    above = cells;
  }
}
