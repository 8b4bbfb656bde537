// a^b with the special cases of JavaScript's Math.pow, which WGSL's pow leaves open: anything to the 0 is 1; a negative
// base takes whole exponents only. Preludes: common/nan_vector.wgsl, common/special.wgsl.
fn power(a: vec4f, b: vec4f) -> vec4f {
  let magnitude = abs(a);
  var r = exp2(b * log2(magnitude));
  // log2(0) is not reliable.
  r = select(r, select(vec4f(infinity()), vec4f(), b > vec4f()), magnitude == vec4f());
  // Where the logarithm's error would show most and an exact way is near.
  r = select(r, magnitude, b == vec4f(1.0));
  r = select(r, a * a, b == vec4f(2.0));
  r = select(r, 1.0 / magnitude, b == vec4f(-1.0));
  let whole = floor(b) == b;
  let odd = whole & (floor(b * 0.5) * 2.0 != b);
  r = select(r, select(vec4f(nan()), select(r, -r, odd), whole), a < vec4f());
  r = select(r, vec4f(nan()), nans(a) | nans(b));
  return select(r, vec4f(1.0), b == vec4f());
}
