// x cut to a <= x <= b; NaN stays NaN, since no comparison with it is true. The gradient passes where a <= x <= b.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  let raised = select(x, vec4<Element>(a), x < vec4<Element>(a));
  return select(raised, vec4<Element>(b), raised > vec4<Element>(b));
}

fn gradient(g: vec4<Element>, x: vec4<Element>, a: f32, b: f32) -> vec4<Element> {
  return select(vec4<Element>(), g, (x >= vec4<Element>(a)) & (x <= vec4<Element>(b)));
}
