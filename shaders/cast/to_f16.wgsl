// What a cast writes: four halves in two words.
// Preludes: common/half.wgsl.
alias Written = vec2u;

fn written(values: vec4<From>) -> Written {
  let bits = half_bits(vec4f(values));
  return bits.xz | (bits.yw << vec2u(16));
}
