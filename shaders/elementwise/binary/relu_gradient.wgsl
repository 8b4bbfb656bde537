alias Result = Element;
// The gradient of relu from its output: g where y > 0, else 0.
// Preludes: common/types/{f32}.wgsl (Element).
fn apply(g: vec4<Element>, y: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(vec4<Element>(), g, y > vec4<Element>());
}
