// Maps for Winograd's F(2x2, 3x3): Bᵀ d B of every patch of 4x4 cells, two apart, as 16 matrices for 16 products.
//
//   x: [image, channel, row, column]   ->   v: [16][pitch_depth channels][tile], zeros behind the depth; a tile is 2x2 outputs
// Preludes: common/grid.wgsl, common/divide.wgsl.
struct Params {
  size: u32, // padded channels * pitch
  depth: u32, // channels
  height: u32,
  width: u32,
  pitch: u32, // tiles of this run, in whole vec4
  tiles: u32,
  tiles_down: u32, // of an image
  tiles_across: u32,
  first_line: u32, // of tiles, counted over all images
  pad_top: u32,
  pad_left: u32,
  x_offset: u32,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> v: array<f32>;

override WG: u32 = 64;

fn mixed(d: vec4f) -> vec4f {
  return vec4f(d.x - d.z, d.y + d.z, d.z - d.y, d.y - d.w);
}

// Four cells of a row. Those above or left of the map are, as u32, far outside.
fn load_four(plane: u32, row: u32, column: u32, exists: bool) -> vec4f {
  let columns = column + vec4u(0, 1, 2, 3);
  let inside = (columns < vec4u(params.width)) & vec4<bool>(exists && row < params.height);
  let at = select(vec4u(params.x_offset), plane + row * params.width + columns, inside);
  return select(vec4f(), vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), inside);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let channel = divide(i, params.pitch);
  let tile = i - channel * params.pitch;
  let run_line = divide(tile, params.tiles_across);
  let line = run_line + params.first_line;
  let image = divide(line, params.tiles_down);
  let plane = params.x_offset + (image * params.depth + channel) * params.height * params.width;
  let top = 2u * (line - image * params.tiles_down) - params.pad_top;
  let left = 2u * (tile - run_line * params.tiles_across) - params.pad_left;
  let exists = channel < params.depth && tile < params.tiles;
  let d0 = load_four(plane, top, left, exists);
  let d1 = load_four(plane, top + 1u, left, exists);
  let d2 = load_four(plane, top + 2u, left, exists);
  let d3 = load_four(plane, top + 3u, left, exists);
  let rows = array<vec4f, 4>(mixed(d0 - d2), mixed(d1 + d2), mixed(d2 - d1), mixed(d1 - d3));
  for (var a = 0u; a < 4u; a++) {
    for (var b = 0u; b < 4u; b++) { v[(4u * a + b) * params.size + i] = rows[a][b]; }
  }
}
