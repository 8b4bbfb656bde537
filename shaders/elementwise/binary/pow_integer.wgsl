alias Result = Element;
// a^b by squaring; wraps around at 32 bits. Negative exponents give 1 / a^|b| cut towards zero: 0 unless |a| is 1.
// Preludes: common/types/{i32,u32}.wgsl (Element).
fn power(base: Element, exponent: Element) -> Element {
  var square = base;
  var rest = u32(abs(exponent));
  var result = Element(1);
  while (rest > 0u) {
    if ((rest & 1u) == 1u) { result *= square; }
    square *= square;
    rest >>= 1u;
  }
  return select(result, Element(0), exponent < Element(0) && abs(base) != Element(1));
}
fn apply(a: vec4<Element>, b: vec4<Element>, p: f32, q: f32) -> vec4<Result> {
  return vec4<Result>(power(a.x, b.x), power(a.y, b.y), power(a.z, b.z), power(a.w, b.w));
}
