// Sine and cosine, which WGSL promises to 2^-11 only. The angle is brought to a quarter turn about 0 in three steps (Cody and
// Waite 1980), then a polynomial. NaN and infinities give NaN. Preludes: common/special.wgsl, common/nan_vector.wgsl,
// common/infinities.wgsl.
fn sine_of_turn(x: vec4f, quarters: u32) -> vec4f {
  let k = round(clamp(x, vec4f(-1e9), vec4f(1e9)) * 0.6366197723675814);
  let r = ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8;
  let s = r * r;
  let sine = r * (1.0 + s * (-1.6666667e-1 + s * (8.3333333e-3 + s * (-1.9841270e-4 + s * 2.7557319e-6))));
  let cosine = 1.0 + s * (-0.5 + s * (4.1666667e-2 + s * (-1.3888889e-3 + s * (2.4801587e-5 - s * 2.7557319e-7))));
  let turn = (vec4u(vec4i(k)) + quarters) & vec4u(3u);
  let y = select(sine, cosine, (turn & vec4u(1u)) == vec4u(1u));
  let bounded = clamp(select(y, -y, turn >= vec4u(2u)), vec4f(-1.0), vec4f(1.0));
  return select(bounded, vec4f(nan()), nans(x) | infinities(x));
}
fn sine(x: vec4f) -> vec4f {
  return sine_of_turn(x, 0u);
}
fn cosine(x: vec4f) -> vec4f {
  return sine_of_turn(x, 1u);
}
