// What a copy moves: four 4-byte values together by their bits.
alias Source = vec4u;
alias Target = vec4u;

fn copy_element(source_place: u32, place: u32) {
  output[place] = source[source_place];
}
