// Packed RGB bytes of several pictures to a batch [views, channels, rows, columns]: box, bilinear sampling, mirroring, colour
// shift, mean, scale, order of channels or grey. One output pixel an invocation.
// Preludes: common/grid.wgsl, common/divide.wgsl, image/{mean_constant,mean_image}.wgsl (mean_at).
struct View {
  first: u32, // byte of the picture's first pixel
  width: u32, // of the picture
  height: u32,
  flip: u32,
  origin: vec2u, // column and row of the first pixel that is there, where only a part of the picture is
  pitch: u32, // pixels of a row that are there
  box: vec4f, // x0, y0, x1, y1 in pixels of the picture
  shift: vec4f, // added to red, green, blue
}
struct Params {
  size: u32, // pixels: views * rows * columns
  first_view: u32, // where this part of the batch begins
  rows: u32,
  columns: u32,
  part: vec4u, // of the output: first row, first column, rows, columns; all of it, or what a part of a picture shows
  channels: u32, // 3, or 1: grey
  reverse: u32, // 1: blue, green, red
  mean: vec4f,
  scale: vec4f,
}
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> bytes: array<u32>; // with a word to spare behind the last picture
@group(0) @binding(2) var<storage, read> views: array<View>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// Rec. 601 luma.
const LUMA = vec3f(0.299, 0.587, 0.114);

fn pixel(at: u32) -> vec3f {
  let bit = (at % 4u) * 8u;
  let low = bytes[at / 4u] >> bit;
  // A shift by 32 is not one by 0: it is taken in two steps.
  let word = low | ((bytes[at / 4u + 1u] << 1u) << (31u - bit));
  return vec3f(vec3u(word, word >> 8u, word >> 16u) & vec3u(255u));
}

fn sample(view: View, place: vec2f) -> vec3f {
  let last = vec2f(f32(view.width - 1u), f32(view.height - 1u));
  let at = clamp(place, vec2f(), last);
  let low = vec2u(at);
  let high = min(low + 1u, vec2u(last));
  let part = at - vec2f(low);
  let upper = view.first + (low.y - view.origin.y) * view.pitch * 3u;
  let lower = view.first + (high.y - view.origin.y) * view.pitch * 3u;
  let left = (low.x - view.origin.x) * 3u;
  let right = (high.x - view.origin.x) * 3u;
  let above = mix(pixel(upper + left), pixel(upper + right), part.x);
  let below = mix(pixel(lower + left), pixel(lower + right), part.x);
  return mix(above, below, part.y);
}

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, groups, local, WG);
  if (i >= params.size) { return; }
  let part = params.part.z * params.part.w;
  let image = divide(i, part);
  let place = i - image * part;
  let line = divide(place, params.part.w);
  let row = params.part.x + line;
  let column = params.part.y + place - line * params.part.w;
  let view = views[image];
  let across = select(column, params.columns - 1u - column, view.flip != 0u);
  let share = (vec2f(f32(across), f32(row)) + 0.5) / vec2f(f32(params.columns), f32(params.rows));
  let colour = sample(view, view.box.xy + share * (view.box.zw - view.box.xy) - 0.5);
  let value = (colour + view.shift.xyz - mean_at(row, column)) * params.scale.xyz;
  let plane = params.rows * params.columns;
  let first = (params.first_view + image) * params.channels * plane + row * params.columns + column;
  if (params.channels == 1u) {
    y[first] = dot(value, LUMA);
    return;
  }
  let ordered = select(value, value.zyx, params.reverse != 0u);
  y[first] = ordered.x;
  y[first + plane] = ordered.y;
  y[first + 2u * plane] = ordered.z;
}
