// One step of stochastic gradient descent without momentum, in place: p -= lr * (g + decay * p).
// Preludes: common/grid.wgsl.
struct Params { size: u32, lr: f32, decay: f32 } // size in vectors
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weight: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i < params.size) { weight[i] -= params.lr * (gradient[i] + params.decay * weight[i]); }
}
