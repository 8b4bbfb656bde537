// Sums over the middle axis of x [outer, n, inner], which is cut into parts of `length`: one part of one column (of four
// neighbouring columns with vector lanes) an invocation.
// Preludes: common/types/{f32,i32,u32}.wgsl (Element), common/lanes/{scalar,vector}.wgsl (Lane), common/grid.wgsl.
struct Params { size: u32, n: u32, parts: u32, length: u32, inner: u32 } // size: outer * parts * inner; both in lanes
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Lane>;
@group(0) @binding(2) var<storage, read_write> y: array<Lane>; // [outer, parts, inner]

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let column = i % params.inner;
  let part = (i / params.inner) % params.parts;
  let outer = i / (params.inner * params.parts);
  let end = min((part + 1u) * params.length, params.n);
  var total = Lane();
  for (var k = part * params.length; k < end; k++) {
    total += x[(outer * params.n + k) * params.inner + column];
  }
  y[i] = total;
}
