// Local response normalisation: y = x * scale^-beta, scale = k + alpha * (sum of x^2 over a neighbourhood, clipped at the border).
// The neighbourhood is a box in (channel, row, column): a run of channels (AlexNet) or a square in one channel (Caffe).
// alpha is already divided by the neighbourhood's full size.
// Preludes: common/grid.wgsl, normalization/lrn_factor.wgsl.
struct Params {
  size: u32,
  alpha: f32,
  beta: f32,
  k: f32,
  shape: vec3u, // channels, height, width
  before: vec3u, // cells of the neighbourhood before and after its middle, along each axis
  after: vec3u,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> scale: array<f32>;

override WG: u32 = 64;
override SCALE: bool = true; // false: `scale` is not written

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
  let first = max(at, params.before) - params.before;
  let last = min(at + params.after, shape - 1u);
  var sum = 0.0;
  for (var c = first.x; c <= last.x; c++) {
    for (var row = first.y; row <= last.y; row++) {
      let line = ((image + c) * shape.y + row) * shape.z;
      for (var column = first.z; column <= last.z; column++) {
        let value = x[line + column];
        sum += value * value;
      }
    }
  }
  let s = params.k + params.alpha * sum;
  if (SCALE) { scale[i] = s; }
  y[i] = x[i] * lrn_factor(s, params.beta);
}
