// The gradient of a selection: every element of dx [outer, n, inner] adds up the gradients [outer, count, inner] of the places
// that read it, by walking its list (index_select_links.wgsl).
// Preludes: common/types/f32.wgsl (Element), common/lanes/{scalar,vector}.wgsl (Lane), common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, n: u32, count: u32, inner: u32 } // size: of dx; size and inner in lanes
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<Lane>;
@group(0) @binding(2) var<storage, read> links: array<u32>;
@group(0) @binding(3) var<storage, read_write> dx: array<Lane>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let row = divide(i, params.inner);
  let column = i - row * params.inner;
  let outer = divide(row, params.n);
  var total = Lane();
  for (var place = links[row - outer * params.n]; place < params.count; place = links[params.n + place]) {
    total += gradient[(outer * params.count + place) * params.inner + column];
  }
  dx[i] = total;
}
