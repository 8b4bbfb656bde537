// 1 / (1 + exp(-x)). The gradient is made from the output.
// Preludes: common/types/{f32}.wgsl (Element), common/logistic.wgsl.
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return logistic(x);
}

fn gradient(g: vec4<Element>, y: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return g * y * (1.0 - y);
}
