// x above 0, else a times x; a is the slope.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(a * x, x, x > vec4<Element>());
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(a * g, g, x > vec4<Element>());
}
