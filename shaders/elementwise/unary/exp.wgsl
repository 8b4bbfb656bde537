// e^x; NaN stays NaN. The gradient is made from the output.
// Preludes: common/types/{f32}.wgsl (Element), common/lanes/exp_vector.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return exp_lane(x);
}

fn gradient(g: vec4<Element>, y: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g * y;
}
