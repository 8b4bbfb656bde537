// Copies maps [N, C, H, W] into the layout that the gathering convolutions read: channels last, four to a vec4,
// with the zero padding written out, so that their inner loop is plain vec4 loads without a test.
//
//   output: [image][row][column][group][depth4] vec4f
//
// With few channels a vec4 of them would be mostly padding (3 of 4 for RGB). Then the kernel's columns are unfolded too:
// one output column holds the `depth = kernel_width * channels` numbers that a kernel row sees there, and the
// convolution behind has a kernel of width 1.
// Preludes: tile/operands/{f32,f16}.wgsl (Word, Number, Four), common/grid.wgsl.
struct Params {
  size: u32, // invocations
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
@group(0) @binding(1) var<storage, read> x: array<Word>;
@group(0) @binding(2) var<storage, read_write> output: array<Four>;

override WG: u32 = 64;
// Columns per invocation, `run_step` apart: what surrounds a load costs a CPU adapter more than the load, and
// neighbouring invocations still read neighbouring floats.
override RUN: u32 = 8;

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
  let run_step = (params.out_width + RUN - 1) / RUN;
  let first_column = i % run_step;
  let row = i / run_step % params.out_height;
  let vectors = params.groups * params.depth4;
  let vector = i / (run_step * params.out_height) % vectors;
  let image = i / (run_step * params.out_height * vectors);

  // Where the four numbers of a vec4 stand: start of their row, column of the kernel.
  let y = i32(row) - params.pad_top;
  let row_inside = y >= 0 && y < i32(params.height);
  let first_channel = image * params.channels + vector / params.depth4 * params.group_channels;
  let element = vector % params.depth4 * 4 + vec4u(0, 1, 2, 3);
  let tap = element / params.group_channels;
  let channel = first_channel + element - tap * params.group_channels;
  let source = params.x_offset + (channel * params.height + u32(y)) * params.width;
  let shift = vec4i(tap) * params.tap_step - params.pad_left;
  let exists = (element < vec4u(params.depth)) & vec4<bool>(row_inside);

  for (var column = first_column; column < params.out_width; column += run_step) {
    let at = i32(column) * params.step + shift;
    let inside = exists & (at >= vec4i()) & (at < vec4i(i32(params.width)));
    let index = source + vec4u(at);
    var value = vec4<Number>();
    if (inside.x) {
      value.x = number(x[index.x >> PER_WORD], index.x);
    }
    if (inside.y) {
      value.y = number(x[index.y >> PER_WORD], index.y);
    }
    if (inside.z) {
      value.z = number(x[index.z >> PER_WORD], index.z);
    }
    if (inside.w) {
      value.w = number(x[index.w >> PER_WORD], index.w);
    }
    output[((image * params.out_height + row) * params.out_width + column) * vectors + vector] = four_of(value);
  }
}
