// Copies maps [N, C, H, W] into the layout that the gathering convolutions read: channels last, four to a vec4,
// with the zero padding written out, so that their inner loop is plain vec4 loads without a test.
//
//   output: [image][row][column][group][depth4] vec4f
//
// With few channels a vec4 of them would be mostly padding (3 of 4 for RGB). Then the kernel's columns are unfolded too:
// one output column holds the `depth = kernel_width * channels` numbers that a kernel row sees there, and the
// convolution behind has a kernel of width 1.
struct Params {
  size: u32, // vec4 of the output
  channels: u32, // of all groups
  height: u32,
  width: u32,
  out_height: u32,
  out_width: u32,
  depth: u32, // numbers per group and position
  depth4: u32,
  groups: u32,
  group_channels: u32,
  pad_top: i32,
  pad_left: i32,
  step: i32, // source columns per output column
  tap_step: i32, // source columns per unfolded kernel column
  x_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;

override WG: u32 = 64;

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let i = flat_index(workgroup, workgroups, local, WG);
  if (i >= params.size) {
    return;
  }
  // Columns vary fastest: neighbouring invocations read neighbouring floats.
  let column = i % params.out_width;
  let row = i / params.out_width % params.out_height;
  let vectors = params.groups * params.depth4;
  let vector = i / (params.out_width * params.out_height) % vectors;
  let image = i / (params.out_width * params.out_height * vectors);

  let first_channel = vector / params.depth4 * params.group_channels;
  let first = vector % params.depth4 * 4;
  let y = i32(row) - params.pad_top;
  var value: vec4f;
  if (y >= 0 && y < i32(params.height)) {
    let plane = (image * params.channels + first_channel) * params.height;
    for (var q = 0u; q < 4; q++) {
      let element = first + q;
      let tap = element / params.group_channels;
      let channel = element - tap * params.group_channels;
      let at = i32(column) * params.step + i32(tap) * params.tap_step - params.pad_left;
      if (element < params.depth && at >= 0 && at < i32(params.width)) {
        value[q] = x[params.x_offset + (plane + channel * params.height + u32(y)) * params.width + u32(at)];
      }
    }
  }
  output[((image * params.out_height + row) * params.out_width + column) * vectors + vector] = value;
}
