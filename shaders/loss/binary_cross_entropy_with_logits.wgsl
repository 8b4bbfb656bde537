// Binary cross-entropy of logits with targets, element by element, times a weight:
// max(x, 0) - x t + log(1 + exp(-|x|)), written so that nothing overflows and nothing cancels. A weight of 0 leaves an
// element out, whatever it holds.
// Preludes: common/grid.wgsl, common/nan_vector.wgsl, common/lanes/exp_vector.wgsl.
struct Params {
  size: u32, // in vectors
  weighted: u32, // 0: the binding `weight` is not looked at
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> targets: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> losses: array<vec4f>;

override WG: u32 = 64;

// log(1 + e) for e in [0, 1]: below 1/32 the sum would round e away, and four terms of the series are exact.
fn log_one_plus(e: vec4f) -> vec4f {
  let series = e * (1.0 - e * (0.5 - e * (1.0 / 3.0 - e * 0.25)));
  return select(log_lane(1.0 + e), series, e < vec4f(0.03125));
}

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
  // How far the target is from the side that the logit is on.
  let miss = select(1.0 - t, t, x < vec4f());
  // A target on the very side of an infinite logit is not missed: 0, not 0 times infinity.
  let distance = select(abs(x) * miss, vec4f(), (miss == vec4f()) & !nans(x));
  let loss = distance + log_one_plus(exp_lane(-abs(x)));
  let w = select(vec4f(1.0), weight[i], params.weighted != 0u);
  losses[i] = select(loss * w, vec4f(), w == vec4f());
}
