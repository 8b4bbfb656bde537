// What a copy moves: 4-byte values by their bits.
alias Source = u32;
alias Target = u32;

fn copy_element(source_place: u32, place: u32) {
  output[place] = source[source_place];
}
