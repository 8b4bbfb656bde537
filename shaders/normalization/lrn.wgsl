// Local response normalisation: y = x * scale^-beta, scale = k + alpha * (sum of x^2 over a neighbourhood, clipped at the border).
// The neighbourhood is a run of channels (AlexNet) or a square in one channel (Caffe); alpha is already divided by its full size.
// Preludes: normalization/lrn_walk.wgsl, normalization/lrn_factor.wgsl.
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> scale: array<f32>;

override K: f32 = 1;
override SCALE: bool = true; // false: `scale` is not written

fn part(at: u32) -> f32 {
  return x[at] * x[at];
}

fn store(at: u32, sum: f32) {
  let s = K + params.alpha * sum;
  if (SCALE) { scale[at] = s; }
  y[at] = x[at] * lrn_factor(s, params.beta);
}
