// A bin's gradient is spread evenly over its cells. Preludes: common/divide.wgsl, pooling/pyramid.wgsl.
fn share_of(output: u32, cell: u32, window: Window, level: vec4u, bin: u32) -> f32 {
  let cells = bin_cells(window, level, bin);
  return gradient[output] / f32((cells.z - cells.x) * (cells.w - cells.y));
}
