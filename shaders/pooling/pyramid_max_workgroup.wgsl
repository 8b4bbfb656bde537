// Spatial pyramid max pooling with a workgroup per bin of one channel, for bins of hundreds of cells: neighbouring invocations read
// neighbouring cells, and the bin is done in the time of its longest invocation. Improves on pyramid_max.wgsl where a level has one
// or four bins of a large map; small bins leave most of a workgroup idle.
//
// Every invocation takes the cells `local`, `local + WG`, ... of the bin in row-major order; then halves of the workgroup are
// merged. The result is that of pyramid_max.wgsl, with 0 for a maximum of -0.
// Preludes: common/grid.wgsl, common/divide.wgsl, pooling/pyramid.wgsl, pooling/key.wgsl.
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> windows: array<i32>; // image, y0, x0, y1, x1
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
@group(0) @binding(4) var<storage, read_write> indices: array<i32>; // position of the maximum in its plane

override WG: u32 = 64; // a power of two

var<workgroup> bests: array<Best, WG>;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, 0u, 1u);
  let features = params.channels * params.bins;
  if (i >= params.rows * features) { return; }
  let row = i / features;
  let feature = i % features;
  var level = params.table[0];
  for (var l = 1u; l < params.levels; l++) {
    if (feature >= params.table[l].z * params.channels) { level = params.table[l]; }
  }
  let in_level = feature - level.z * params.channels;
  let per_channel = level.x * level.y;
  let window = window_of(row);
  // Of an invalid window nothing is read but the first cell of the first map, for nothing.
  var cells = vec4u(0u, 0u, 1u, 1u);
  if (window.valid) { cells = bin_cells(window, level, in_level % per_channel); }
  let image = select(0u, window.image, window.valid);
  let plane = (image * params.channels + in_level / per_channel) * params.height * params.width;
  let across = cells.w - cells.y;
  let count = (cells.z - cells.x) * across;
  var best = nothing();
  for (var cell = local; cell < count; cell += WG) {
    let place = (cells.x + cell / across) * params.width + cells.y + cell % across;
    best = merge_next(best, Best(key_of(x[plane + place]), place));
  }
  bests[local] = best;
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { bests[local] = merge(bests[local], bests[local + half]); }
  }
  if (local == 0u) {
    if (window.valid) { store(i, bests[0]); } else { store(i, no_window()); }
  }
}
