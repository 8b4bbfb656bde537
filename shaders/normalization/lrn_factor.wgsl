// scale^-beta of local response normalisation, kept where some adapters lose it: NaN of NaN and of negative scales. A scale
// of 0 (a neighbourhood of zeros, and no constant) counts as the factor 0: zeros stay zeros and pass no gradient.
// Preludes: common/nan.wgsl, common/special.wgsl.
fn lrn_factor(scale: f32, beta: f32) -> f32 {
  let factor = select(pow(scale, -beta), 0.0, scale == 0.0 && beta > 0.0);
  return select(factor, nan(), scale < 0.0 || is_nan(scale));
}
