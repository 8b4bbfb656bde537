// Max pooling, one invocation an output. Ties go to the first element in row-major order; NaN wins over everything.
// Preludes: common/grid.wgsl, common/nan.wgsl.
struct Params {
  size: u32, // outputs
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
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

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let column = i % params.out_width;
  let row = (i / params.out_width) % params.out_height;
  let plane = i / (params.out_width * params.out_height) * params.height * params.width;
  let top = i32(row * params.stride.x) - i32(params.padding.x);
  let left = i32(column * params.stride.y) - i32(params.padding.y);
  var best = 0.0;
  var best_index = -1;
  for (var ky = 0u; ky < params.kernel.x; ky++) {
    let yy = top + i32(ky * params.dilation.x);
    if (yy < 0 || yy >= i32(params.height)) { continue; }
    for (var kx = 0u; kx < params.kernel.y; kx++) {
      let xx = left + i32(kx * params.dilation.y);
      if (xx < 0 || xx >= i32(params.width)) { continue; }
      let index = yy * i32(params.width) + xx;
      let value = x[plane + u32(index)];
      if (best_index < 0 || value > best || (is_nan(value) && !is_nan(best))) {
        best = value;
        best_index = index;
      }
    }
  }
  y[i] = best;
  indices[i] = best_index;
}
