// Max pooling. An invocation makes a column of the output over `walk` rows: one row on a GPU; many where the start of an
// invocation costs more than an output does, and then the rows that one window shares with the next (SHARED) are read once.
// Neighbouring invocations are neighbouring columns, of the next rows or plane where a row ends, so that narrow maps leave
// no lane idle. Ties go to the first element in row-major order; NaN wins over everything.
// A small square window is known when the pipeline is made: its loops unroll; and without PADDED they check no borders.
// Preludes: common/grid.wgsl, common/divide.wgsl, pooling/key.wgsl.
struct Params {
  size: u32, // invocations
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  walk: u32, // output rows of an invocation
  chunks: u32, // invocations of a column of the output
  kernel: vec2u, // rows, columns, as all pairs
  stride: vec2u,
  padding: vec2u,
  dilation: vec2u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 64;
override KERNEL_Y: u32 = 0; // 0: as params says, in loops that do not unroll
override KERNEL_X: u32 = 0;
override SHARED: u32 = 0; // rows at the end of a window kept as the start of the next; at most half of the window
override PADDED: bool = true; // windows may leave the map

// Window rows first..last, half-open. The window's corner may lie above or left of the map: as u32 it is far outside.
fn rows(base: u32, top: u32, left: u32, first: u32, last: u32) -> Best {
  var best = nothing();
  for (var ky = first; ky < last; ky++) {
    let yy = top + ky * params.dilation.x;
    for (var kx = 0u; kx < select(params.kernel.y, KERNEL_X, KERNEL_X > 0u); kx++) {
      let xx = left + kx * params.dilation.y;
      let at = yy * params.width + xx;
      let inside = !PADDED || (yy < params.height && xx < params.width);
      best = merge_next(best, kept(Best(key_of(x[base + select(0u, at, inside)]), at), inside));
    }
  }
  return best;
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
  var top = first * params.stride.x - params.padding.x;
  var to = (plane * params.out_height + first) * params.out_width + column;
  var head = rows(base, top, left, 0u, SHARED);
  for (var row = first; row < min(first + params.walk, params.out_height); row++) {
    var best = merge_next(head, rows(base, top, left, SHARED, kernel_y - SHARED));
    if (SHARED > 0u) {
      head = rows(base, top, left, kernel_y - SHARED, kernel_y);
      best = merge_next(best, head);
    }
    store(to, best);
    top += params.stride.x;
    to += params.out_width;
  }
}
