// Softmax, or its logarithm, over the middle axis of x [outer, n, inner]: one line (four neighbouring lines with vector
// lanes) an invocation. Shifted by the maximum, so that nothing overflows.
// Preludes: softmax/lanes/{scalar,vector}.wgsl (Lane, exp_lane, log_lane), common/grid.wgsl.
struct Params { size: u32, n: u32, inner: u32 } // size: outer * inner; both in lanes
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Lane>;
@group(0) @binding(2) var<storage, read_write> y: array<Lane>;

override LOG: bool = false;
override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let first = i / params.inner * params.n * params.inner + i % params.inner;
  let end = first + params.n * params.inner;
  var top = x[first];
  for (var at = first; at < end; at += params.inner) { top = max(top, x[at]); }
  var total = Lane();
  for (var at = first; at < end; at += params.inner) { total += exp_lane(x[at] - top); }
  let log_total = log_lane(total);
  for (var at = first; at < end; at += params.inner) {
    if (LOG) { y[at] = (x[at] - top) - log_total; } else { y[at] = exp_lane(x[at] - top) / total; }
  }
}
