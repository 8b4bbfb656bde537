// output = condition != 0 ? a : b for dense inputs of one shape, four elements per invocation. Values are moved as bits.
// Preludes: common/grid.wgsl.
struct Params { size: u32 } // in vectors
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> condition: array<vec4u>;
@group(0) @binding(2) var<storage, read> a: array<vec4u>;
@group(0) @binding(3) var<storage, read> b: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4u>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i < params.size) { output[i] = select(b[i], a[i], condition[i] != vec4u()); }
}
