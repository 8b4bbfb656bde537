// One step of Adam or AdamW, in place, four weights an invocation (PyTorch's rule).
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // in vectors
  decoupled: u32, // 1: AdamW, the decay shrinks weights directly
  lr: f32,
  beta1: f32,
  beta2: f32,
  mean_share: f32, // 1 - beta1
  square_share: f32, // 1 - beta2
  eps: f32,
  decay: f32,
  correction1: f32, // 1 - beta1^t
  correction2: f32, // sqrt(1 - beta2^t)
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> mean: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> square: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  var p = weight[i];
  var g = gradient[i];
  if (params.decoupled != 0u) { p -= params.lr * params.decay * p; } else { g += params.decay * p; }
  let m = params.beta1 * mean[i] + params.mean_share * g;
  let v = params.beta2 * square[i] + params.square_share * g * g;
  mean[i] = m;
  square[i] = v;
  weight[i] = p - params.lr / params.correction1 * m / (sqrt(v) / params.correction2 + params.eps);
}
