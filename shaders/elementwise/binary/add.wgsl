alias Result = Element;
// Preludes: common/types/{f32,i32,u32}.wgsl (Element).
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return a + b;
}
