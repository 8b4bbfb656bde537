alias Result = Element;
// The derivative of a^b by a: b * a^(b - 1), 0 where b is 0.
// Preludes: common/types/{f32}.wgsl (Element), elementwise/power.wgsl.
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return select(b * power(a, b - 1.0), vec4f(), b == vec4f());
}
