// Weighted sums along the middle axis of an array [outer, read, inner]: y[o, j] sums x[o, k] for a span of k, with a weight for
// each; a weight of 0 leaves its element out, even NaN. A resize along one axis, and its gradient.
// Preludes: common/types/f32.wgsl (Element), common/lanes/{scalar,vector}.wgsl (Lane), common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, read: u32, made: u32, inner: u32, width: u32 } // size and inner in lanes; width: weights per output
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Lane>;
@group(0) @binding(2) var<storage, read> starts: array<u32>; // first k of each output; the span ends at `read` at the latest
@group(0) @binding(3) var<storage, read> weights: array<f32>; // [made, width]
@group(0) @binding(4) var<storage, read_write> y: array<Lane>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let line = divide(i, params.inner);
  let column = i - line * params.inner;
  let outer = divide(line, params.made);
  let at = line - outer * params.made;
  let start = starts[at];
  var total = Lane();
  for (var k = 0u; k < params.width && start + k < params.read; k++) {
    let weight = weights[at * params.width + k];
    if (weight != 0.0) { total += weight * x[(outer * params.read + start + k) * params.inner + column]; }
  }
  y[i] = total;
}
