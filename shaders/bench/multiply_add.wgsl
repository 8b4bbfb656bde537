// The roof of all that computes: eight chains of vec4 multiply-adds per invocation, independent of each other, so that
// neither memory nor the wait for a result holds them up (src/bench/roofline.ts). The chains are named, since an array of them
// might stay in memory, and each number stays near 1 for ever.
// Preludes: common/grid.wgsl.
struct Params {
  size: u32, // invocations
  rounds: u32, // of 8 x 4 multiply-adds
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  // Not known when the shader is compiled.
  let factor = vec4f(0.5 + f32(params.size >> 31u));
  let term = vec4f(0.5 + f32(i) * 1e-9);
  var a = term;
  var b = term * 1.1;
  var c = term * 1.2;
  var d = term * 1.3;
  var e = term * 1.4;
  var f = term * 1.5;
  var g = term * 1.6;
  var h = term * 1.7;
  for (var round = 0u; round < params.rounds; round++) {
    a = fma(a, factor, term);
    b = fma(b, factor, term);
    c = fma(c, factor, term);
    d = fma(d, factor, term);
    e = fma(e, factor, term);
    f = fma(f, factor, term);
    g = fma(g, factor, term);
    h = fma(h, factor, term);
  }
  y[i] = dot(a + b + c + d + e + f + g + h, vec4f(1.0));
}
