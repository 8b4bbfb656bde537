// Operands of a product as they are stored: halves, two to a word, which is half the traffic. They are summed as f32. Any
// device can read them so; the type f16 of WGSL would want `shader-f16`. What only moves them moves their bits:
// pack2x16float makes NaN of infinities on some drivers.
alias Word = u32;
alias Number = u32;
alias Four = vec2u;
// Binary logarithm of the numbers in a word.
const PER_WORD = 1u;

// The bits at a place, from the word that holds them.
fn number(word: Word, place: u32) -> Number {
  return (word >> ((place & 1) * 16)) & 0xffff;
}

fn four_of(numbers: vec4<Number>) -> Four {
  return numbers.xz | (numbers.yw << vec2u(16));
}

fn four(stored: Four) -> vec4f {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}
