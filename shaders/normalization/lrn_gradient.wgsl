// Gradient of local response normalisation:
//   dx_i = g_i * scale_i^-beta - 2 * alpha * beta * x_i * sum over the j whose neighbourhood holds i of g_j * y_j / scale_j
// A neighbourhood of zeros without a constant (scale 0) has no part in it, as lrn_factor says.
// Preludes: common/grid.wgsl, normalization/lrn_factor.wgsl.
struct Params {
  size: u32,
  alpha: f32,
  beta: f32,
  shape: vec3u, // channels, height, width
  before: vec3u, // cells of a neighbourhood before and after its middle, along each axis
  after: vec3u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> y: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let shape = params.shape;
  let at = vec3u(i / (shape.y * shape.z) % shape.x, i / shape.z % shape.y, i % shape.z);
  let image = i / (shape.x * shape.y * shape.z) * shape.x;
  // j sees i if i lies at most `after` behind and `before` ahead of it.
  let first = max(at, params.after) - params.after;
  let last = min(at + params.before, shape - 1u);
  var sum = 0.0;
  for (var c = first.x; c <= last.x; c++) {
    for (var row = first.y; row <= last.y; row++) {
      let line = ((image + c) * shape.y + row) * shape.z;
      for (var column = first.z; column <= last.z; column++) {
        let j = line + column;
        if (scale[j] != 0.0 || is_nan(scale[j])) { sum += gradient[j] * y[j] / scale[j]; }
      }
    }
  }
  dx[i] = gradient[i] * lrn_factor(scale[i], params.beta) - 2.0 * params.alpha * params.beta * x[i] * sum;
}
