enable subgroups;

// Convolution that slides along the rows of few maps into few maps, for adapters with 8-lane subgroups that compute on the
// CPU (Mesa lavapipe). One subgroup makes 16 output channels of 8 runs of 8 neighbouring pixels, a run a lane, from the
// maps as they are.
//
// A lane holds what one tap reads for its run. Taps with the same remainder by the stride (a phase) read the same numbers
// moved on by a pixel, so after the first of them a tap costs one load of the map and two of weights for 16 x 8
// multiply-adds a lane; there a load costs as much as dozens of these. The products behind the other rungs load more per
// multiply-add and copy the map first, which pays only where many channels share the copy.
// A weight is loaded by the lane of its channel and broadcast. Padding is a test at the load.
struct Params {
  channels: i32,
  height: i32,
  width: i32,
  out_channels: u32,
  out_height: u32,
  out_width: u32,
  row_runs: u32, // of one row of the output
  runs: u32, // of all images
  kernel: vec2u,
  stride: vec2u,
  padding: vec2i,
  row_dilation: i32, // taps of a row are neighbours
  x_offset: i32,
  y_offset: u32,
  bias_offset: u32,
  has_bias: u32,
  relu: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>; // [image, channel, row, column]
@group(0) @binding(2) var<storage, read> w: array<f32>; // [out channel, channel, kernel row, kernel column]
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

const TILE_CHANNELS = 16u;
const LANES = 8u;
const RUN = 8u;

fn load(row: i32, row_inside: bool, column: i32) -> f32 {
  return select(0.0, x[row + column], row_inside && column >= 0 && column < params.width);
}

fn load_four(row: i32, row_inside: bool, column: i32, step: i32) -> vec4f {
  return vec4f(
    load(row, row_inside, column),
    load(row, row_inside, column + step),
    load(row, row_inside, column + 2 * step),
    load(row, row_inside, column + 3 * step),
  );
}

@compute @workgroup_size(8)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let channel_tiles = (params.out_channels + TILE_CHANNELS - 1) / TILE_CHANNELS;
  let run_tiles = (params.runs + LANES - 1) / LANES;
  let tile = (group.z * groups.y + group.y) * groups.x + group.x;
  if (tile >= channel_tiles * run_tiles) {
    return;
  }
  let first_channel = tile % channel_tiles * TILE_CHANNELS;
  let run = tile / channel_tiles * LANES + lane;

  // Runs and channels beyond the end repeat the last one, so that the loops need no test; they are not stored.
  let known_run = min(run, params.runs - 1);
  let line = known_run / params.row_runs;
  let image = line / params.out_height;
  let out_row = line - image * params.out_height;
  let out_column = (known_run - line * params.row_runs) * RUN;
  let first_row = i32(out_row * params.stride.x) - params.padding.x;
  let first_column = i32(out_column * params.stride.y) - params.padding.y;
  let last_channel = params.out_channels - 1;
  let channel_weights = u32(params.channels) * params.kernel.x * params.kernel.y;
  let weights_0 = min(first_channel + lane, last_channel) * channel_weights;
  let weights_1 = min(first_channel + LANES + lane, last_channel) * channel_weights;
  let stride = params.stride.y;
  let step = i32(stride);

  var l0: vec4f;
  var l1: vec4f;
  var l2: vec4f;
  var l3: vec4f;
  var l4: vec4f;
  var l5: vec4f;
  var l6: vec4f;
  var l7: vec4f;
  var l8: vec4f;
  var l9: vec4f;
  var l10: vec4f;
  var l11: vec4f;
  var l12: vec4f;
  var l13: vec4f;
  var l14: vec4f;
  var l15: vec4f;
  var r0: vec4f;
  var r1: vec4f;
  var r2: vec4f;
  var r3: vec4f;
  var r4: vec4f;
  var r5: vec4f;
  var r6: vec4f;
  var r7: vec4f;
  var r8: vec4f;
  var r9: vec4f;
  var r10: vec4f;
  var r11: vec4f;
  var r12: vec4f;
  var r13: vec4f;
  var r14: vec4f;
  var r15: vec4f;
  var kernel_weights = 0u;
  for (var channel = 0; channel < params.channels; channel++) {
    let plane = params.x_offset + (i32(image) * params.channels + channel) * params.height * params.width;
    for (var kernel_row = 0u; kernel_row < params.kernel.x; kernel_row++) {
      let map_row = first_row + i32(kernel_row) * params.row_dilation;
      let inside = map_row >= 0 && map_row < params.height;
      let row = plane + map_row * params.width;
      for (var phase = 0u; phase < min(stride, params.kernel.y); phase++) {
        var column = first_column + i32(phase);
        var left = load_four(row, inside, column, step);
        var right = load_four(row, inside, column + 4 * step, step);
        column += 8 * step;
        for (var tap = phase; tap < params.kernel.y; tap += stride) {
          let w0 = w[weights_0 + kernel_weights + tap];
          let w1 = w[weights_1 + kernel_weights + tap];
          let v0 = subgroupBroadcast(w0, 0u);
          l0 += left * v0;
          r0 += right * v0;
          let v1 = subgroupBroadcast(w0, 1u);
          l1 += left * v1;
          r1 += right * v1;
          let v2 = subgroupBroadcast(w0, 2u);
          l2 += left * v2;
          r2 += right * v2;
          let v3 = subgroupBroadcast(w0, 3u);
          l3 += left * v3;
          r3 += right * v3;
          let v4 = subgroupBroadcast(w0, 4u);
          l4 += left * v4;
          r4 += right * v4;
          let v5 = subgroupBroadcast(w0, 5u);
          l5 += left * v5;
          r5 += right * v5;
          let v6 = subgroupBroadcast(w0, 6u);
          l6 += left * v6;
          r6 += right * v6;
          let v7 = subgroupBroadcast(w0, 7u);
          l7 += left * v7;
          r7 += right * v7;
          let v8 = subgroupBroadcast(w1, 0u);
          l8 += left * v8;
          r8 += right * v8;
          let v9 = subgroupBroadcast(w1, 1u);
          l9 += left * v9;
          r9 += right * v9;
          let v10 = subgroupBroadcast(w1, 2u);
          l10 += left * v10;
          r10 += right * v10;
          let v11 = subgroupBroadcast(w1, 3u);
          l11 += left * v11;
          r11 += right * v11;
          let v12 = subgroupBroadcast(w1, 4u);
          l12 += left * v12;
          r12 += right * v12;
          let v13 = subgroupBroadcast(w1, 5u);
          l13 += left * v13;
          r13 += right * v13;
          let v14 = subgroupBroadcast(w1, 6u);
          l14 += left * v14;
          r14 += right * v14;
          let v15 = subgroupBroadcast(w1, 7u);
          l15 += left * v15;
          r15 += right * v15;
          left = vec4f(left.yzw, right.x);
          right = vec4f(right.yzw, load(row, inside, column));
          column += step;
        }
      }
      kernel_weights += params.kernel.y;
    }
  }

  if (run >= params.runs) {
    return;
  }
  // A loop over copies, not sixteen calls: the epilogue is compiled once.
  var lefts = array<vec4f, TILE_CHANNELS>(l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11, l12, l13, l14, l15);
  var rights = array<vec4f, TILE_CHANNELS>(r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15);
  let pixels = min(RUN, params.out_width - out_column);
  for (var i = 0u; i < min(TILE_CHANNELS, params.out_channels - first_channel); i++) {
    let channel = first_channel + i;
    let first = params.y_offset + out_column +
      ((image * params.out_channels + channel) * params.out_height + out_row) * params.out_width;
    let left = finish(lefts[i], channel);
    let right = finish(rights[i], channel);
    for (var pixel = 0u; pixel < pixels; pixel++) {
      y[first + pixel] = select(left[pixel % 4], right[pixel % 4], pixel >= 4);
    }
  }
}

fn finish(sum: vec4f, channel: u32) -> vec4f {
  var value = sum;
  if (params.has_bias != 0) {
    value += bias[params.bias_offset + channel];
  }
  // Not max(): it would turn NaN into 0.
  return select(value, vec4f(), vec4<bool>(params.relu != 0) & (value < vec4f()));
}
