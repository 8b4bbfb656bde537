// The gradient of the binary cross-entropy to the logits: (sigmoid(x) - t) times the weight and the gradient of the
// loss; 0 where the weight is 0.
// Preludes: common/grid.wgsl, common/nan_vector.wgsl, common/lanes/exp_vector.wgsl.
struct Params {
  size: u32, // in vectors
  weighted: u32, // 0: the binding `weight` is not looked at
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> targets: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let x = logits[i];
  let t = targets[i];
  let e = exp_lane(-abs(x));
  // The smaller of sigmoid(x) and 1 - sigmoid(x): the larger one would round the difference away.
  let rest = e / (1.0 + e);
  let slope = select((1.0 - t) - rest, rest - t, x < vec4f());
  let w = select(vec4f(1.0), weight[i], params.weighted != 0u);
  dx[i] = select(gradient[i] * slope * w, vec4f(), w == vec4f());
}
