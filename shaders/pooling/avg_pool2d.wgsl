// Average pooling. An invocation makes a column of the output over `walk` rows, as in max_pool2d.wgsl: one row on a GPU; many where
// the start of an invocation costs more than an output does, and then the rows that one window shares with the next (SHARED) are
// read once. The divisor is the window clipped to the padded map (Caffe, and PyTorch's count_include_pad) or the cells inside
// the map. A small square window is known when the pipeline is made: its loops unroll; and without PADDED they check no borders.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // invocations
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  walk: u32, // output rows of an invocation
  chunks: u32, // invocations of a column of the output
  include_padding: u32,
  kernel: vec2u, // rows, columns, as all pairs
  stride: vec2u,
  padding: vec2u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;
override KERNEL_Y: u32 = 0; // 0: as params says, in loops that do not unroll
override KERNEL_X: u32 = 0;
override SHARED: u32 = 0; // rows at the end of a window kept as the start of the next; at most half of the window
override PADDED: bool = true; // windows may leave the map

// The sum of window rows first..last, half-open. The window's corner may lie above or left of the map: as u32 it is far outside.
fn rows(base: u32, top: u32, left: u32, first: u32, last: u32) -> f32 {
  var sum = 0.0;
  for (var yy = top + first; yy != top + last; yy++) {
    for (var kx = 0u; kx < select(params.kernel.y, KERNEL_X, KERNEL_X > 0u); kx++) {
      let xx = left + kx;
      let inside = !PADDED || (yy < params.height && xx < params.width);
      let value = x[base + select(0u, yy * params.width + xx, inside)];
      sum += select(0.0, value, inside);
    }
  }
  return sum;
}

// Cells that a mean counts along an axis, of a window that starts so many cells before or behind the map's first.
fn extent(start: i32, kernel: u32, size: u32, padding: u32) -> u32 {
  let padded_end = min(start + i32(kernel), i32(size + padding));
  let cells = min(padded_end, i32(size)) - max(start, 0);
  return u32(select(cells, padded_end - start, params.include_padding != 0u));
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let kernel_y = select(params.kernel.x, KERNEL_Y, KERNEL_Y > 0u);
  let chunk = divide(i, params.out_width);
  let plane = divide(chunk, params.chunks);
  let column = i - chunk * params.out_width;
  let first = (chunk - plane * params.chunks) * params.walk;
  let base = plane * params.height * params.width;
  let left = column * params.stride.y - params.padding.y;
  let across = extent(i32(left), params.kernel.y, params.width, params.padding.y);
  var top = first * params.stride.x - params.padding.x;
  var to = (plane * params.out_height + first) * params.out_width + column;
  var head = rows(base, top, left, 0u, SHARED);
  for (var row = first; row < min(first + params.walk, params.out_height); row++) {
    var sum = rows(base, top, left, SHARED, kernel_y - SHARED);
    if (SHARED > 0u) {
      let tail = rows(base, top, left, kernel_y - SHARED, kernel_y);
      sum = head + sum + tail;
      head = tail;
    }
    let cells = across * select(kernel_y, extent(i32(top), kernel_y, params.height, params.padding.x), PADDED);
    y[to] = sum / f32(cells);
    top += params.stride.x;
    to += params.out_width;
  }
}
