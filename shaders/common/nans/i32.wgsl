// Integers are never NaN. Preludes: common/types/i32.wgsl (Element).
fn nans(x: vec4<Element>) -> vec4<bool> {
  return vec4<bool>(false);
}
