// Products along the middle axis of an array [outer, n, inner]: one line per invocation.
// Preludes: common/types/{f32,i32,u32}.wgsl (Element), common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, n: u32, inner: u32 } // size: outer * inner
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> y: array<Element>; // [outer, inner]

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let outer = divide(i, params.inner);
  var place = outer * params.n * params.inner + i - outer * params.inner;
  var total = Element(1);
  for (var k = 0u; k < params.n; k++) {
    total *= x[place];
    place += params.inner;
  }
  y[i] = total;
}
