alias Result = u32;
// 1 where a or b is not 0, else 0; NaN is not 0.
// Preludes: common/nans/{f32,i32,u32}.wgsl (Element, nans).
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  let left = (a != vec4<Element>()) | nans(a);
  let right = (b != vec4<Element>()) | nans(b);
  return select(vec4u(), vec4u(1u), left | right);
}
