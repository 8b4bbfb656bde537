// Results of Winograd's F(2x2, 3x3): Aᵀ m A of the 16 products makes the 2x2 outputs of a tile, with bias and ReLU.
//
//   m: [16][rows][tile]   ->   y: [image, channel, row, column]
// A NaN or an infinity under a patch spoils all outputs of its tile here, by definition only those whose window holds it. So an
// output that is not finite is computed again by the definition, from the map and the weights.
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // rows * tiles
  rows: u32, // output channels
  depth: u32, // input channels
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  pitch: u32, // tiles of this run, in whole vec4
  tiles: u32,
  tiles_down: u32, // of an image
  tiles_across: u32,
  first_line: u32, // of tiles, counted over all images
  pad_top: u32,
  pad_left: u32,
  row_stride: u32, // of w, in floats
  depth_stride: u32,
  turned: u32, // 1: kernels by 180 degrees
  x_offset: u32,
  y_offset: u32,
  bias_offset: u32,
  has_bias: u32,
  relu: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> m: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> w: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

override WG: u32 = 64;

fn load_four(at: u32) -> vec4f {
  let step = params.rows * params.pitch;
  return vec4f(m[at], m[at + step], m[at + 2u * step], m[at + 3u * step]);
}

fn narrowed(v: vec4f) -> vec2f {
  return vec2f(v.x + v.y + v.z, v.y - v.z - v.w);
}

fn finite(v: vec4f) -> vec4<bool> {
  return (bitcast<vec4u>(v) & vec4u(0x7f800000u)) != vec4u(0x7f800000u);
}

// The four outputs of a tile (above, above right, below, below right) by the definition; `terms` is 0 where that is not wanted.
fn by_definition(image: u32, channel: u32, top: u32, left: u32, terms: u32) -> vec4f {
  var sum = vec4f();
  for (var k = 0u; k < terms; k++) {
    let channel_in = k / 9u;
    let tap = k % 9u;
    let weight = w[channel * params.row_stride + channel_in * params.depth_stride + select(tap, 8u - tap, params.turned != 0u)];
    let plane = params.x_offset + (image * params.depth + channel_in) * params.height * params.width;
    let rows = top + tap / 3u + vec4u(0, 0, 1, 1);
    let columns = left + tap % 3u + vec4u(0, 1, 0, 1);
    let inside = (rows < vec4u(params.height)) & (columns < vec4u(params.width));
    let at = select(vec4u(params.x_offset), plane + rows * params.width + columns, inside);
    // The padding is left out, not multiplied: 0 times an infinite weight would be NaN.
    sum += select(vec4f(), weight * vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), inside);
  }
  return sum;
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let channel = divide(i, params.tiles);
  let tile = i - channel * params.tiles;
  let run_line = divide(tile, params.tiles_across);
  let line = run_line + params.first_line;
  let image = divide(line, params.tiles_down);
  let row = 2u * (line - image * params.tiles_down);
  let column = 2u * (tile - run_line * params.tiles_across);
  let at = channel * params.pitch + tile;
  let step = 4u * params.rows * params.pitch;
  let m0 = load_four(at);
  let m1 = load_four(at + step);
  let m2 = load_four(at + 2u * step);
  let m3 = load_four(at + 3u * step);
  var out = vec4f(narrowed(m0 + m1 + m2), narrowed(m1 - m2 - m3));
  let known = finite(out);
  let terms = select(9u * params.depth, 0u, all(known));
  out = select(by_definition(image, channel, row - params.pad_top, column - params.pad_left, terms), out, known);
  if (params.has_bias != 0u) { out += bias[params.bias_offset + channel]; }
  // Not max(): it would turn NaN into 0.
  out = select(out, vec4f(), vec4<bool>(params.relu != 0u) & (out < vec4f()));
  let to = params.y_offset + ((image * params.rows + channel) * params.out_height + row) * params.out_width + column;
  let right = column + 1u < params.out_width;
  y[to] = out.x;
  if (right) { y[to + 1u] = out.y; }
  if (row + 1u < params.out_height) {
    y[to + params.out_width] = out.z;
    if (right) { y[to + params.out_width + 1u] = out.w; }
  }
}
