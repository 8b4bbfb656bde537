// Half precision as the 16 bits that it is stored in, on devices with `shader-f16` and without.
//
// Rounds to the nearest, to even between two; from 65520 on to infinity. pack2x16float leaves both to the driver.
fn half_bits(value: vec4f) -> vec4u {
  let bits = bitcast<vec4u>(value);
  let magnitude = bits & vec4u(0x7fffffff);
  // Below 2^-14 a half is a multiple of 2^-24, as is the sum with 0.5 in f32.
  let small = bitcast<vec4u>(bitcast<vec4f>(magnitude) + 0.5) - 0x3f000000;
  // Half of what is cut off, less where the last bit that stays is even; exponents are biased by 112 less.
  let rounded = (magnitude + 0xfff + ((magnitude >> vec4u(13)) & vec4u(1)) - 0x38000000) >> vec4u(13);
  let finite = select(min(rounded, vec4u(0x7c00)), small, magnitude < vec4u(0x38800000));
  let half = select(finite, vec4u(0x7e00), magnitude > vec4u(0x7f800000));
  return half | ((bits >> vec4u(16)) & vec4u(0x8000));
}
