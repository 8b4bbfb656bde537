// Weights of Winograd's F(2x2, 3x3): G g Gᵀ of every 3x3 kernel, as 16 matrices for 16 products (Lavin and Gray 2016, section 4.1).
//
//   w: kernels of 3x3, by strides   ->   u: [16][rows][pitch], zeros behind the depth
// For the gradient to the input, rows are input channels and the kernels are turned by 180 degrees.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // rows * pitch
  depth: u32, // channels that are summed over
  pitch: u32, // the depth in whole vec4
  row_stride: u32, // of w, in floats
  depth_stride: u32,
  turned: u32, // 1: kernels by 180 degrees
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> u: array<f32>;

override WG: u32 = 64;

fn widened(v: vec3f) -> vec4f {
  return vec4f(v.x, 0.5 * (v.x + v.z + v.y), 0.5 * (v.x + v.z - v.y), v.z);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let row = divide(i, params.pitch);
  let depth = i - row * params.pitch;
  let exists = depth < params.depth;
  let at = select(0u, row * params.row_stride + depth * params.depth_stride, exists);
  let turned = params.turned != 0u;
  let first = at + select(0u, 8u, turned);
  let step = select(1u, 0xffffffffu, turned); // -1
  let above = vec3f(w[first], w[first + step], w[first + 2u * step]);
  let middle = vec3f(w[first + 3u * step], w[first + 4u * step], w[first + 5u * step]);
  let below = vec3f(w[first + 6u * step], w[first + 7u * step], w[first + 8u * step]);
  let rows = array<vec4f, 4>(
    widened(above),
    widened(0.5 * (above + below + middle)),
    widened(0.5 * (above + below - middle)),
    widened(below),
  );
  for (var a = 0u; a < 4u; a++) {
    for (var b = 0u; b < 4u; b++) { u[(4u * a + b) * params.size + i] = select(0.0, rows[a][b], exists); }
  }
}
