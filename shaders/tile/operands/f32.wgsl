// Operands of a product as they are stored: f32.
alias Word = f32;
alias Four = vec4f;
// Binary logarithm of the numbers in a word.
const PER_WORD = 0u;

// The number at a place, from the word that holds it.
fn number(word: Word, place: u32) -> f32 {
  return word;
}

fn four(stored: Four) -> vec4f {
  return stored;
}

fn stored_four(values: vec4f) -> Four {
  return values;
}
