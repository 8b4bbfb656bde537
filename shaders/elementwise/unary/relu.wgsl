// max(x, 0); NaN stays NaN, since no comparison with it is true. The gradient is made from the output: it passes where
// y > 0.
// Preludes: common/types/{f32,i32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(x, vec4<Element>(), x < vec4<Element>());
}

fn gradient(g: vec4<Element>, y: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(vec4<Element>(), g, y > vec4<Element>());
}
