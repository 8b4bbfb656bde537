// 1 / sqrt(x): infinite at 0, NaN below. The gradient is made from the output.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return 1.0 / sqrt(x);
}

fn gradient(g: vec4<Element>, y: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return -0.5 * g * y * y * y;
}
