// Softmax, or its logarithm, of rows of x [rows, n]: one row per workgroup, for GPUs.
// Preludes: common/grid.wgsl, common/nan.wgsl, common/lanes/exp_scalar.wgsl, common/workgroup_reduce.wgsl.
struct Params { size: u32, n: u32 } // size: rows
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

override LOG: bool = false;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flat_index(workgroup, groups, 0u, 1u);
  if (row >= params.size) { return; }
  let first = row * params.n;
  let end = first + params.n;
  var highest = x[first];
  for (var at = first + local; at < end; at += WG) { highest = max(highest, x[at]); }
  let top = workgroup_max(highest, local);
  var sum = 0.0;
  for (var at = first + local; at < end; at += WG) { sum += exp_lane(x[at] - top); }
  let total = workgroup_sum(sum, local);
  let log_total = log_lane(total);
  for (var at = first + local; at < end; at += WG) {
    if (LOG) { y[at] = (x[at] - top) - log_total; } else { y[at] = exp_lane(x[at] - top) / total; }
  }
}
