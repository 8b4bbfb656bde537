// Cross-entropy of logits [rows, classes] with i32 labels, one row an invocation: log-softmax and negative log-likelihood
// in one kernel. Rows may start anywhere in a vector. A label outside 0 .. classes - 1 is never used as an index: its loss
// and its gradient are NaN. Ignored rows give 0 and are not counted.
// Preludes: common/grid.wgsl, common/special.wgsl, common/nan_vector.wgsl, common/lanes/exp_vector.wgsl.
struct Params { rows: u32, classes: u32, ignore_index: i32, smoothing: f32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<vec4f>;
@group(0) @binding(2) var<storage, read> labels: array<i32>;
@group(0) @binding(3) var<storage, read_write> losses: array<f32>;
@group(0) @binding(4) var<storage, read_write> rows: array<vec4f>; // loss, counted (0 or 1), maximum, log of the sum

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.rows) { return; }
  let label = labels[i];
  if (label == params.ignore_index) {
    losses[i] = 0.0;
    rows[i] = vec4f();
    return;
  }
  if (label < 0 || label >= i32(params.classes)) {
    losses[i] = nan();
    rows[i] = vec4f(nan(), 1.0, nan(), 0.0);
    return;
  }
  let start = i * params.classes;
  let end = start + params.classes;
  let some = logits[start / 4u][start % 4u];
  var tops = vec4f(some);
  for (var v = start / 4u; v * 4u < end; v++) {
    let at = v * 4u + vec4u(0u, 1u, 2u, 3u);
    tops = max(tops, select(vec4f(some), logits[v], (at >= vec4u(start)) & (at < vec4u(end))));
  }
  let top = max(max(tops.x, tops.y), max(tops.z, tops.w));
  var totals = vec4f();
  var shifts = vec4f();
  for (var v = start / 4u; v * 4u < end; v++) {
    let at = v * 4u + vec4u(0u, 1u, 2u, 3u);
    let inside = (at >= vec4u(start)) & (at < vec4u(end));
    let shifted = logits[v] - top;
    totals += select(vec4f(), exp_lane(shifted), inside);
    shifts += select(vec4f(), shifted, inside);
  }
  let log_total = log_lane(vec4f((totals.x + totals.y) + (totals.z + totals.w))).x;
  let target_at = start + u32(label);
  var loss = 0.0;
  if (params.smoothing < 1.0) {
    loss = (1.0 - params.smoothing) * (log_total - (logits[target_at / 4u][target_at % 4u] - top));
  }
  if (params.smoothing > 0.0) {
    let shift = (shifts.x + shifts.y) + (shifts.z + shifts.w);
    loss += params.smoothing * (log_total - shift / f32(params.classes));
  }
  losses[i] = loss;
  rows[i] = vec4f(loss, 1.0, top, log_total);
}
