// The roof of all that moves memory: every vec4 is read once and written once. What it moves per second is the copy bandwidth
// that other kernels are compared with (src/bench/roofline.ts).
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // vec4 numbers
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
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  y[i] = x[i];
}
