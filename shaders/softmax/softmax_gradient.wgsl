// The gradient of softmax, or of its logarithm, from its output y [outer, n, inner]; lines as in softmax.wgsl.
// Preludes: softmax/lanes/{scalar,vector}.wgsl (Lane, exp_lane, log_lane), common/grid.wgsl.
struct Params { size: u32, n: u32, inner: u32 } // size: outer * inner; both in lanes
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> y: array<Lane>;
@group(0) @binding(2) var<storage, read> gradient: array<Lane>;
@group(0) @binding(3) var<storage, read_write> dx: array<Lane>;

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
  var total = Lane();
  for (var at = first; at < end; at += params.inner) {
    if (LOG) { total += gradient[at]; } else { total += gradient[at] * y[at]; }
  }
  for (var at = first; at < end; at += params.inner) {
    if (LOG) { dx[at] = gradient[at] - exp_lane(y[at]) * total; } else { dx[at] = y[at] * (gradient[at] - total); }
  }
}
