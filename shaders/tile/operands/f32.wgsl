// Operands of a product as they are stored: f32.
alias Word = f32;
alias Number = f32;
alias Four = vec4f;
// Binary logarithm of the numbers in a word.
const PER_WORD = 0u;

// The number at a place, from the word that holds it.
fn number(word: Word, place: u32) -> Number {
  return word;
}

fn four_of(numbers: vec4<Number>) -> Four {
  return numbers;
}

fn four(stored: Four) -> vec4f {
  return stored;
}
