alias Result = Element;
// The gradient of leaky relu: g where x > 0, else p times g; p is the slope.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(g: vec4<Element>, x: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(p * g, g, x > vec4<Element>());
}
