// Sums of rows of x [rows, n]. Each row is cut into parts of `length`; an invocation sums one part with vector loads.
// Rows may start anywhere in a vector: elements outside the part are masked.
// Preludes: common/types/{f32,i32,u32}.wgsl (Element), common/grid.wgsl.
struct Params { size: u32, n: u32, parts: u32, length: u32 } // size: rows * parts
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<Element>>;
@group(0) @binding(2) var<storage, read_write> y: array<Element>; // [rows, parts]

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let row = i / params.parts;
  let first = (i % params.parts) * params.length;
  let start = row * params.n + first;
  let end = row * params.n + min(first + params.length, params.n);
  var total = vec4<Element>();
  for (var v = start / 4u; v * 4u < end; v++) {
    let at = v * 4u + vec4u(0u, 1u, 2u, 3u);
    total += select(vec4<Element>(), x[v], (at >= vec4u(start)) & (at < vec4u(end)));
  }
  y[i] = (total.x + total.y) + (total.z + total.w);
}
