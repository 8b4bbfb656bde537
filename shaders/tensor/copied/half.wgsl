// What a copy moves: 2-byte values by their bits, two to a word. A neighbour that another invocation writes may share the
// word: each clears and sets its own half of it, which gives the same bits in any order.
alias Source = u32;
alias Target = atomic<u32>;

fn copy_element(source_place: u32, place: u32) {
  let bits = (source[source_place / 2] >> (source_place % 2 * 16)) & 0xffff;
  let shift = place % 2 * 16;
  atomicAnd(&output[place / 2], ~(0xffffu << shift));
  atomicOr(&output[place / 2], bits << shift);
}
