// The roof of all that moves memory: every vec4 is read once and written once. What it moves per second is the copy bandwidth
// that other kernels are compared with (src/bench/roofline.ts). A workgroup copies `steps` runs of WG vec4, one behind the other: on CPU
// adapters starting an invocation costs more than a copy.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // vec4 numbers
  steps: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

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
    if (i < params.size) { y[i] = x[i]; }
  }
}
