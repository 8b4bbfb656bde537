// The hyperbolic tangent: a series near 0, where a quotient of exponentials cancels, and 1 far out, where some adapters
// overflow. The gradient is made from the output.
// Preludes: common/types/{f32}.wgsl (Element), common/nan_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let s = x * x;
  let near = x * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 - s * 17.0 / 315.0)));
  let e = exp(-2.0 * abs(x));
  let far = sign(x) * (1.0 - e) / (1.0 + e);
  return select(select(far, near, abs(x) < vec4f(0.2)), x, nans(x));
}

fn gradient(g: vec4<Element>, y: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g * (1.0 - y) * (1.0 + y);
}
