// Cross-entropy as cross_entropy.wgsl, one row per workgroup, for GPUs.
// Preludes: common/grid.wgsl, common/special.wgsl, common/nan.wgsl, common/lanes/exp_scalar.wgsl,
// common/workgroup_reduce.wgsl.
struct Params { rows: u32, classes: u32, ignore_index: i32, smoothing: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<i32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;
@group(0) @binding(4) var<storage, read_write> rows: array<vec4f>; // loss, counted (0 or 1), maximum, log of the sum

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flat_index(workgroup, groups, 0u, 1u);
  if (row >= params.rows) { return; }
  let first = row * params.classes;
  let end = first + params.classes;
  var highest = logits[first];
  for (var at = first + local; at < end; at += WG) { highest = max(highest, logits[at]); }
  let top = workgroup_max(highest, local);
  var sum = 0.0;
  var shift = 0.0;
  for (var at = first + local; at < end; at += WG) {
    sum += exp_lane(logits[at] - top);
    shift += logits[at] - top;
  }
  let log_total = log_lane(workgroup_sum(sum, local));
  let shifts = workgroup_sum(shift, local);
  if (local > 0u) { return; }
  let label = labels[row];
  if (label == params.ignore_index) {
    losses[row] = 0.0;
    rows[row] = vec4f();
    return;
  }
  if (label < 0 || label >= i32(params.classes)) {
    losses[row] = nan();
    rows[row] = vec4f(nan(), 1.0, nan(), 0.0);
    return;
  }
  var loss = 0.0;
  if (params.smoothing < 1.0) { loss = (1.0 - params.smoothing) * (log_total - (logits[first + u32(label)] - top)); }
  if (params.smoothing > 0.0) { loss += params.smoothing * (log_total - shifts / f32(params.classes)); }
  losses[row] = loss;
  rows[row] = vec4f(loss, 1.0, top, log_total);
}
