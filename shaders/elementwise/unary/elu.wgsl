// x above 0, else a (exp(x) - 1): by a series near 0, where the difference cancels.
// Preludes: common/types/{f32}.wgsl (Element), common/lanes/exp_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let series = x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x / 120.0))));
  let below = a * select(exp_lane(x) - 1.0, series, x > vec4f(-0.1));
  return select(below, x, x > vec4<Element>());
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g * select(a * exp_lane(x), vec4f(1.0), x > vec4<Element>());
}
