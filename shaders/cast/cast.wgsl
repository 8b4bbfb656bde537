// y = To(x), four elements per invocation: WGSL's value conversion; halves are pairs of 16 bits in words.
// Preludes: common/grid.wgsl, cast/{from_f32,from_f16,from_i32,from_u32}.wgsl, cast/{to_f32,to_f16,to_i32,to_u32}.wgsl.
struct Params { size: u32 } // in vectors
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<Read>;
@group(0) @binding(2) var<storage, read_write> y: array<Written>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i < params.size) { y[i] = written(numbers(x[i])); }
}
