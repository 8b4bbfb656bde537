alias Result = Element;
// The gradient of |x|: g times the sign of x, 0 at 0.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(g: vec4<Element>, x: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(select(vec4<Element>(), g, x > vec4<Element>()), -g, x < vec4<Element>());
}
