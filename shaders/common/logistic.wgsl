// 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows. Preludes: common/lanes/exp_vector.wgsl.
fn logistic(x: vec4f) -> vec4f {
  let e = exp_lane(-abs(x));
  return select(vec4f(1.0), e, x < vec4f()) / (1.0 + e);
}
