// Boxes on a map, as torchvision's roi_align places them: (image, x0, y0, x1, y1) per box, in the pixels of a picture.
// Along one axis (0: rows, 1: columns), where a box begins on the map, and how long one of its bins is.
fn bin_of(box: array<f32, 5>, axis: u32, bins: u32, scale: f32, aligned: bool) -> vec2f {
  let shift = select(0.0, 0.5, aligned);
  let low = select(box[2], box[1], axis == 1u) * scale - shift;
  let high = select(box[4], box[3], axis == 1u) * scale - shift;
  let length = select(max(high - low, 1.0), high - low, aligned);
  return vec2f(low, length / f32(bins));
}
