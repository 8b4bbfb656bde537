// Bilinear resizing of planes [planes, in_size] to [planes, out_size]: one place in up to four planes an invocation, since
// finding where to read costs more than reading.
// Preludes: common/grid.wgsl, common/divide.wgsl, image/sample.wgsl.
struct Params { size: u32, planes: u32, in_size: vec2u, out_size: vec2u } // size: invocations; sizes: rows, columns
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
  let in_plane = params.in_size.x * params.in_size.y;
  let out_plane = params.out_size.x * params.out_size.y;
  let group = divide(i, out_plane);
  let place = i - group * out_plane;
  let out_row = divide(place, params.out_size.y);
  let column = sample_at(place - out_row * params.out_size.y, params.out_size.y, params.in_size.y);
  let row = sample_at(out_row, params.out_size.x, params.in_size.x);
  let upper = row.low * params.in_size.y;
  let lower = row.high * params.in_size.y;
  let end = min((group + 1u) * 4u, params.planes);
  for (var plane = group * 4u; plane < end; plane++) {
    let first = plane * in_plane;
    let above = x[first + upper + column.low] * (1.0 - column.fraction) + x[first + upper + column.high] * column.fraction;
    let below = x[first + lower + column.low] * (1.0 - column.fraction) + x[first + lower + column.high] * column.fraction;
    y[plane * out_plane + place] = above * (1.0 - row.fraction) + below * row.fraction;
  }
}
