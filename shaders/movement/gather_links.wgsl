// Turns indices [count] into lists, so that the gradient of a gather can walk the places that read one row, in order and
// without atomics. links[r] for a row r < n is the first place that reads it; links[n + j] is the next place after j that
// reads the same row; `count` ends a list.
// Preludes: common/grid.wgsl.
struct Params { n: u32, count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> indices: array<vec4i>;
@group(0) @binding(2) var<storage, read_write> links: array<u32>; // [n + count]

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.n + params.count) { return; }
  var row = i32(i);
  var start = 0u;
  if (i >= params.n) {
    let place = i - params.n;
    row = indices[place / 4u][place % 4u];
    start = place + 1u;
  }
  var found = params.count;
  for (var v = start / 4u; v * 4u < params.count && found == params.count; v++) {
    let at = v * 4u + vec4u(0u, 1u, 2u, 3u);
    let hit = (indices[v] == vec4i(row)) & (at >= vec4u(start)) & (at < vec4u(params.count));
    if (any(hit)) { found = select(select(select(at.w, at.z, hit.z), at.y, hit.y), at.x, hit.x); }
  }
  links[i] = found;
}
