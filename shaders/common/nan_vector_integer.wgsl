// Integers are never NaN. Prelude: common/types/*.wgsl (Element).
fn nans(x: vec4<Element>) -> vec4<bool> {
  return vec4<bool>(false);
}
