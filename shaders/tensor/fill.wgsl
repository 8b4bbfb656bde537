// Sets every word to the same bits, four words at a time. A workgroup sets `steps` runs of WG fours, one behind the other: on CPU
// adapters starting an invocation costs several stores.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // fours
  steps: u32,
  bits: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> output: array<vec4u>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let first = flat_index(workgroup, groups, 0u, 1u) * params.steps * WG + local;
  for (var step = 0u; step < params.steps; step++) {
    let i = first + step * WG;
    if (i < params.size) { output[i] = vec4u(params.bits); }
  }
}
