// y [outer, count, inner] = x [outer, n, inner] at i32 indices [count]. Values are moved as bits. An index outside
// 0 .. n - 1 reads nothing: all bits are set, which is NaN in f32 and -1 in i32.
// Preludes: common/types/word.wgsl (Element), common/lanes/{scalar,vector}.wgsl (Lane), common/grid.wgsl, common/divide.wgsl.
struct Params { size: u32, n: u32, count: u32, inner: u32 } // size: of y; size and inner in lanes
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Lane>;
@group(0) @binding(2) var<storage, read> indices: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<Lane>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let row = divide(i, params.inner);
  let column = i - row * params.inner;
  let outer = divide(row, params.count);
  let index = indices[row - outer * params.count];
  if (index < 0 || index >= i32(params.n)) {
    y[i] = Lane(0xffffffffu);
  } else {
    y[i] = x[(outer * params.n + u32(index)) * params.inner + column];
  }
}
