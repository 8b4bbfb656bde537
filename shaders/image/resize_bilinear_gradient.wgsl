// The gradient of bilinear resizing: every input gathers from the outputs that read it; one place in up to four planes an
// invocation.
// Preludes: common/grid.wgsl, common/divide.wgsl, image/sample.wgsl.
struct Params { size: u32, planes: u32, in_size: vec2u, out_size: vec2u } // size: invocations; sizes: rows, columns
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// First and last + 1 output that may read an input: those sampled less than one cell away, and at an edge all beyond it.
fn readers(input: u32, out_size: u32, in_size: u32) -> vec2u {
  let first = (2u * max(input, 1u) - 1u) * out_size / (2u * in_size);
  let end = (2u * input + 3u) * out_size / (2u * in_size) + 1u;
  return vec2u(
    select(max(first, 1u) - 1u, 0u, input == 0u),
    select(min(end, out_size), out_size, input == in_size - 1u),
  );
}

fn weight(input: u32, output: u32, out_size: u32, in_size: u32) -> f32 {
  let at = sample_at(output, out_size, in_size);
  return select(0.0, 1.0 - at.fraction, at.low == input) + select(0.0, at.fraction, at.high == input);
}

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
  let group = divide(i, in_plane);
  let place = i - group * in_plane;
  let row = divide(place, params.in_size.y);
  let column = place - row * params.in_size.y;
  let rows = readers(row, params.out_size.x, params.in_size.x);
  let columns = readers(column, params.out_size.y, params.in_size.y);
  // Behind the last plane the last one is read again, and not written.
  let planes = min(group * 4u + vec4u(0u, 1u, 2u, 3u), vec4u(params.planes - 1u)) * out_plane;
  var total = vec4f();
  for (var r = rows.x; r < rows.y; r++) {
    let share = weight(row, r, params.out_size.x, params.in_size.x);
    for (var c = columns.x; c < columns.y; c++) {
      let at = planes + r * params.out_size.y + c;
      let read = vec4f(gradient[at.x], gradient[at.y], gradient[at.z], gradient[at.w]);
      total += share * weight(column, c, params.out_size.y, params.in_size.y) * read;
    }
  }
  for (var k = 0u; k < min(params.planes - group * 4u, 4u); k++) { dx[(group * 4u + k) * in_plane + place] = total[k]; }
}
