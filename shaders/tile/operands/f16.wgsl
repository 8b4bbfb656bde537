// Operands of a product as they are stored: halves, two to a word, which is half the traffic. They are summed as f32. Any
// device can read them so; the type f16 of WGSL would want `shader-f16`.
alias Word = u32;
alias Four = vec2u;
// Binary logarithm of the numbers in a word.
const PER_WORD = 1u;

// The number at a place, from the word that holds it.
fn number(word: Word, place: u32) -> f32 {
  return unpack2x16float(word)[place & 1];
}

fn four(stored: Four) -> vec4f {
  return vec4f(unpack2x16float(stored.x), unpack2x16float(stored.y));
}

// Of numbers that are halves already.
fn stored_four(values: vec4f) -> Four {
  return vec2u(pack2x16float(values.xy), pack2x16float(values.zw));
}
