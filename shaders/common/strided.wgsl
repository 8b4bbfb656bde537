// Positions in strided memory. Dims and strides of up to 8 axes are packed in two vec4u, outermost axis first.

fn strided_offset(index: u32, rank: u32, dims: array<vec4u, 2>, strides: array<vec4u, 2>) -> u32 {
  var rest = index;
  var offset = 0u;
  for (var axis = i32(rank) - 1; axis >= 0; axis--) {
    let dim = dims[axis / 4][axis % 4];
    offset += (rest % dim) * strides[axis / 4][axis % 4];
    rest /= dim;
  }
  return offset;
}
