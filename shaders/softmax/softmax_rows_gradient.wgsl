// The gradient of softmax, or of its logarithm, from its output y [rows, n]: one row per workgroup, for GPUs.
// Preludes: common/grid.wgsl, common/nan.wgsl, common/lanes/exp_scalar.wgsl, common/workgroup_reduce.wgsl.
struct Params { size: u32, n: u32 } // size: rows
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> gradient: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

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
  var sum = 0.0;
  for (var at = first + local; at < end; at += WG) {
    if (LOG) { sum += gradient[at]; } else { sum += gradient[at] * y[at]; }
  }
  let total = workgroup_sum(sum, local);
  for (var at = first + local; at < end; at += WG) {
    if (LOG) { dx[at] = gradient[at] - exp_lane(y[at]) * total; } else { dx[at] = y[at] * (gradient[at] - total); }
  }
}
