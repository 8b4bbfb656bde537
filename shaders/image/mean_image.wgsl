// The mean to subtract: a picture [3, rows, columns] of the output's size, red first.
@group(0) @binding(4) var<storage, read> mean_image: array<f32>;
fn mean_at(row: u32, column: u32) -> vec3f {
  let plane = params.rows * params.columns;
  let at = row * params.columns + column;
  return vec3f(mean_image[at], mean_image[plane + at], mean_image[2u * plane + at]);
}
