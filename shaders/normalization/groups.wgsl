// y = (x - centre) a + z b + d for arrays [outer, groups, inner], with centre, a, b and d of each group: a normalisation and
// its gradient. PAIR: there is a z.
// Preludes: common/types/f32.wgsl (Element), common/lanes/{scalar,vector}.wgsl (Lane), common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, groups: u32, inner: u32 } // size and inner in lanes
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Lane>;
@group(0) @binding(2) var<storage, read> z: array<Lane>;
@group(0) @binding(3) var<storage, read> centre: array<f32>;
@group(0) @binding(4) var<storage, read> a: array<f32>;
@group(0) @binding(5) var<storage, read> b: array<f32>;
@group(0) @binding(6) var<storage, read> d: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<Lane>;

override PAIR: bool = false;
override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let line = divide(i, params.inner);
  let group = line - divide(line, params.groups) * params.groups;
  var value = (x[i] - Lane(centre[group])) * Lane(a[group]) + Lane(d[group]);
  if (PAIR) { value += z[i] * Lane(b[group]); }
  y[i] = value;
}
