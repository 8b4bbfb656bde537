// Goes through the boxes in their order and keeps each that no kept one has taken out. One workgroup: 32 boxes at a time, every
// invocation finds out which of them stay, and then marks its share of the words behind them.
struct Params { count: u32, words: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> overlaps: array<u32>; // [count, words]
@group(0) @binding(2) var<storage, read> order: array<i32>;
@group(0) @binding(3) var<storage, read_write> removed: array<u32>; // [words], 0 at first
@group(0) @binding(4) var<storage, read_write> keep: array<u32>; // [count]

override WG: u32 = 32;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) local: u32) {
  for (var word = 0u; word < params.words; word++) {
    let first = word * 32u;
    let end = min(first + 32u, params.count);
    var gone = removed[word];
    var kept = 0u;
    for (var i = first; i < end; i++) {
      let bit = 1u << (i - first);
      if ((gone & bit) == 0u) {
        kept |= bit;
        gone |= overlaps[i * params.words + word];
      }
    }
    for (var i = first + local; i < end; i += WG) { keep[order[i]] = (kept >> (i - first)) & 1u; }
    for (var later = word + 1u + local; later < params.words; later += WG) {
      var marks = removed[later];
      for (var i = first; i < end; i++) {
        if (((kept >> (i - first)) & 1u) != 0u) { marks |= overlaps[i * params.words + later]; }
      }
      removed[later] = marks;
    }
    storageBarrier();
  }
}
