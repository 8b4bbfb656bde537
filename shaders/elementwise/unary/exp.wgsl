// e^x; NaN stays NaN.
// Preludes: common/types/{f32}.wgsl (Element), common/lanes/exp_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return exp_lane(x);
}
