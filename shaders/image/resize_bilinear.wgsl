// Bilinear resizing of planes [planes, in_size] to [planes, out_size], one output an invocation.
// Preludes: common/grid.wgsl, image/sample.wgsl.
struct Params { size: u32, in_size: vec2u, out_size: vec2u } // sizes: rows, columns
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let column = sample_at(i % params.out_size.y, params.out_size.y, params.in_size.y);
  let row = sample_at(i / params.out_size.y % params.out_size.x, params.out_size.x, params.in_size.x);
  let plane = i / (params.out_size.x * params.out_size.y) * params.in_size.x * params.in_size.y;
  let upper = plane + row.low * params.in_size.y;
  let lower = plane + row.high * params.in_size.y;
  let above = x[upper + column.low] * (1.0 - column.fraction) + x[upper + column.high] * column.fraction;
  let below = x[lower + column.low] * (1.0 - column.fraction) + x[lower + column.high] * column.fraction;
  y[i] = above * (1.0 - row.fraction) + below * row.fraction;
}
