// Every element takes part: the first pass.
fn candidate(position: u32) -> u32 {
  return position;
}
