// One step of stochastic gradient descent with momentum, in place, four weights an invocation (PyTorch's rule):
//   d = g + decay * p;  v = momentum * v + (1 - dampening) * d  (the first step: v = d)
//   p -= lr * (nesterov ? d + momentum * v : v)
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // in vectors
  first: u32, // 1: there is no velocity yet
  nesterov: u32,
  lr: f32,
  momentum: f32,
  dampening: f32,
  decay: f32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> velocity: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let d = gradient[i] + params.decay * weight[i];
  var v = d;
  if (params.first == 0u) { v = params.momentum * velocity[i] + (1.0 - params.dampening) * d; }
  velocity[i] = v;
  weight[i] -= params.lr * select(v, d + params.momentum * v, params.nesterov != 0u);
}
