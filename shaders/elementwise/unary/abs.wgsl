// |x|; the gradient is g times the sign of x, 0 at 0.
// Preludes: common/types/{f32,i32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return abs(x);
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(select(vec4<Element>(), g, x > vec4<Element>()), -g, x < vec4<Element>());
}
