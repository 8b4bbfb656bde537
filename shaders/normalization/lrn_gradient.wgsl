// Gradient of local response normalisation:
//   dx_i = g_i * scale_i^-beta - 2 * alpha * beta * x_i * sum over the j whose neighbourhood holds i of g_j * y_j / scale_j
// A neighbourhood of zeros without a constant (scale 0) has no part in it, as lrn_factor says.
// Preludes: normalization/lrn_walk.wgsl, normalization/lrn_factor.wgsl.
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> y: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<f32>;

fn part(at: u32) -> f32 {
  let s = scale[at];
  return select(gradient[at] * y[at] / s, 0.0, s == 0.0 && !is_nan(s));
}

fn store(at: u32, sum: f32) {
  dx[at] = gradient[at] * lrn_factor(scale[at], params.beta) - 2.0 * params.alpha * params.beta * x[at] * sum;
}
