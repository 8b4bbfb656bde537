// The gradient of products along the middle axis of an array [outer, n, inner]: to every element the product of all others,
// which a division by the element could not give where it is 0. One line per invocation: what lies before an element is
// multiplied on the way there, what lies behind it on the way back.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, n: u32, inner: u32 } // size: outer * inner
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>; // [outer, inner]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

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
  var before = gradient[i];
  for (var k = 0u; k < params.n; k++) {
    dx[place] = before;
    before *= x[place];
    place += params.inner;
  }
  var behind = 1.0;
  for (var k = 0u; k < params.n; k++) {
    place -= params.inner;
    dx[place] *= behind;
    behind *= x[place];
  }
}
