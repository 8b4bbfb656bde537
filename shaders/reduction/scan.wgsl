// Running sums along the middle axis of an array [outer, n, inner], which is cut into parts of `length`: one part of one
// line per invocation. TOTALS: only the sum of the part is written. Otherwise a part goes on from `starts`, the running sums
// of the totals. REVERSE: from the end to the beginning.
// Preludes: common/types/{f32,i32,u32}.wgsl (Element), common/grid.wgsl.
struct Params { size: u32, n: u32, parts: u32, length: u32, inner: u32 } // size: outer * parts * inner
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read> starts: array<Element>; // [outer, parts, inner]; not read if there is one part
@group(0) @binding(3) var<storage, read_write> y: array<Element>;

override TOTALS: bool = false;
override REVERSE: bool = false;
override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let column = i % params.inner;
  let part = (i / params.inner) % params.parts;
  let outer = i / (params.inner * params.parts);
  let end = min((part + 1u) * params.length, params.n);
  var total = Element();
  if (!TOTALS) {
    if (!REVERSE && part > 0u) { total = starts[i - params.inner]; }
    if (REVERSE && part + 1u < params.parts) { total = starts[i + params.inner]; }
  }
  let first = part * params.length;
  for (var k = first; k < end; k++) {
    let along = select(k, end - 1u - (k - first), REVERSE);
    let place = (outer * params.n + along) * params.inner + column;
    total += x[place];
    if (!TOTALS) { y[place] = total; }
  }
  if (TOTALS) { y[i] = total; }
}
