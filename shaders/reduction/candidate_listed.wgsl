// Only the winners of an earlier pass take part.
@group(0) @binding(3) var<storage, read> candidates: array<u32>;
fn candidate(position: u32) -> u32 {
  return candidates[position];
}
