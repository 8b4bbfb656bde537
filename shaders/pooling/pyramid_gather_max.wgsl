// A bin's gradient goes to the cell that was its maximum. Preludes: common/divide.wgsl, pooling/pyramid.wgsl.
@group(0) @binding(4) var<storage, read> indices: array<i32>;

fn share_of(output: u32, cell: u32, window: Window, level: vec4u, bin: u32) -> f32 {
  return select(0.0, gradient[output], indices[output] == i32(cell));
}
