// x times a ramp that is 0 up to -3 and 1 from 3 on (Howard et al. 2019, MobileNetV3).
// Preludes: common/types/{f32}.wgsl (Element), common/nan_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let ramp = clamp(x + 3.0, vec4f(), vec4f(6.0)) / 6.0;
  return select(x * ramp, x, nans(x));
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let inside = select(vec4<Element>(), x / 3.0 + 0.5, x >= vec4f(-3.0));
  return g * select(inside, vec4f(1.0), x > vec4f(3.0));
}
