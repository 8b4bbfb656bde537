// -1, 0 or 1 as x is below, at or above 0; NaN stays NaN, since no comparison with it is true.
// Preludes: common/types/{f32,i32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let above = select(x, vec4<Element>(1), x > vec4<Element>());
  return select(above, vec4<Element>(-1), x < vec4<Element>());
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return vec4<Element>();
}
