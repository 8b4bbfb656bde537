// The error function: its Taylor series near 0, beyond that 1 minus a polynomial times exp(-x^2) (Abramowitz and Stegun
// 7.1.26, within 1.5e-7). NaN stays NaN. Preludes: common/lanes/exp_vector.wgsl.
fn error_function(x: vec4f) -> vec4f {
  let s = x * x;
  let series = 1.0 - s * (1.0 / 3.0 - s * (0.1 - s * (1.0 / 42.0 - s * (1.0 / 216.0 - s / 1320.0))));
  let m = abs(x);
  let t = 1.0 / (1.0 + 0.3275911 * m);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let far = sign(x) * (1.0 - p * exp_lane(-s));
  return select(select(far, 1.1283791670955126 * x * series, m < vec4f(0.5)), x, nans(x));
}
