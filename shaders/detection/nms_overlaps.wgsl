// Which boxes a box takes out if it is kept: bit j of row i is set where box j comes behind box i in the order and the two
// overlap by more than the threshold (intersection over union). 32 bits per invocation.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, count: u32, words: u32, threshold: f32 } // size: count * words
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> boxes: array<vec4f>; // x0, y0, x1, y1
@group(0) @binding(2) var<storage, read> order: array<i32>;
@group(0) @binding(3) var<storage, read_write> overlaps: array<u32>; // [count, words]

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let first = divide(i, params.words);
  let word = i - first * params.words;
  let a = boxes[order[first]];
  let area = (a.z - a.x) * (a.w - a.y);
  var bits = 0u;
  for (var k = 0u; k < 32u; k++) {
    let second = word * 32u + k;
    if (second <= first || second >= params.count) { continue; }
    let b = boxes[order[second]];
    let sides = max(min(a.zw, b.zw) - max(a.xy, b.xy), vec2f());
    let shared_area = sides.x * sides.y;
    let joined = area + (b.z - b.x) * (b.w - b.y) - shared_area;
    if (shared_area / joined > params.threshold) { bits |= 1u << k; }
  }
  overlaps[i] = bits;
}
