// The place of the first maximum (or minimum) along the middle axis of an array [outer, n, inner], which is cut into parts
// of `length`: one part of one line per invocation. NaN wins over everything. Places are flat positions in x.
// Preludes: common/nans/{f32,i32,u32}.wgsl (Element, nans), common/grid.wgsl,
// reduction/{candidate_all,candidate_listed}.wgsl.
struct Params { size: u32, n: u32, parts: u32, length: u32, inner: u32 } // size: outer * parts * inner
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Element>;
@group(0) @binding(2) var<storage, read_write> places: array<u32>; // [outer, parts, inner]

override MINIMUM: bool = false;
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
  var best = 0u;
  var best_value = Element();
  var best_is_nan = false;
  for (var k = part * params.length; k < end; k++) {
    let place = candidate((outer * params.n + k) * params.inner + column);
    let value = x[place];
    let value_is_nan = nans(vec4<Element>(value)).x;
    let better = select(value > best_value, value < best_value, MINIMUM);
    if (k == part * params.length || (!best_is_nan && (value_is_nan || better))) {
      best = place;
      best_value = value;
      best_is_nan = value_is_nan;
    }
  }
  places[i] = best;
}
