// Max pooling, strip by strip: an invocation makes STRIP neighbouring results of a row, over `walk` rows. Improves on max_pool2d.wgsl,
// where each result loads all columns of its window, one by one: here a column that neighbours share is loaded once, and cells come
// four at a time, for loads are what costs a CPU adapter.
// The last strip of a row is moved back over the one before it until it fits, so that no store asks whether there is a result.
// Ties go to the first element in row-major order; NaN wins over everything.
// Preludes: common/grid.wgsl, common/divide.wgsl, pooling/key.wgsl, pooling/run.wgsl.
struct Params {
  size: u32, // invocations
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  walk: u32, // output rows of an invocation
  chunks: u32, // invocations of a strip of the output
  kernel: vec2u, // rows, columns, as all pairs; not dilated
  stride: vec2u,
  padding: vec2u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 64;
override STRIP: u32 = 4; // results, at most MOST_RESULTS
override KERNEL_X: u32 = 3;
override STRIDE_X: u32 = 2;
override SHARED: bool = true; // the last row of a window is the first of the next
override PADDED: bool = true; // windows may leave the map

const MOST_RESULTS = 6u;

alias Strip = array<Best, MOST_RESULTS>;

// The maxima of one row of the map over each window of a strip. The row and `left` may lie outside: as u32 they are far outside.
fn maxima_of_row(base: u32, row: u32, left: u32) -> Strip {
  let cells = run_at(base + row * params.width + left);
  var keys: array<i32, MOST_COLUMNS>;
  for (var i = 0u; i < COLUMNS; i++) {
    let inside = !PADDED || (row < params.height && left + i < params.width);
    keys[i] = select(nothing().key, key_of(cells[i]), inside);
  }
  var maxima: Strip;
  for (var j = 0u; j < STRIP; j++) {
    let start = j * STRIDE_X;
    var best = Best(keys[start], start);
    for (var i = 1u; i < KERNEL_X; i++) { best = merge_next(best, Best(keys[start + i], start + i)); }
    maxima[j] = Best(best.key, row * params.width + left + best.index);
  }
  return maxima;
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let strips = (params.out_width + STRIP - 1u) / STRIP;
  let chunk = divide(i, strips);
  let plane = divide(chunk, params.chunks);
  let column = min((i - chunk * strips) * STRIP, params.out_width - STRIP);
  let first = (chunk - plane * params.chunks) * params.walk;
  let base = plane * params.height * params.width;
  let left = column * STRIDE_X - params.padding.y;
  var top = first * params.stride.x - params.padding.x;
  var to = (plane * params.out_height + first) * params.out_width + column;
  var last: Strip; // of the row that was loaded last
  for (var row = first; row < min(first + params.walk, params.out_height); row++) {
    let shared_row = SHARED && row > first;
    var best: Strip;
    for (var j = 0u; j < STRIP; j++) { best[j] = kept(last[j], shared_row); }
    for (var ky = u32(shared_row); ky < params.kernel.x; ky++) {
      last = maxima_of_row(base, top + ky, left);
      for (var j = 0u; j < STRIP; j++) { best[j] = merge_next(best[j], last[j]); }
    }
    for (var j = 0u; j < STRIP; j++) { store(to + j, best[j]); }
    top += params.stride.x;
    to += params.out_width;
  }
}
